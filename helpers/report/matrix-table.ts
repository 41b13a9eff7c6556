import { escapeControl } from '../common/escape.ts';
import { type Status, worst } from '../requirements/outcome.ts';
import { formatDuration } from './duration.ts';
import { causeLines } from './flow-table.ts';
import type { Report } from './report-model.ts';
import { countStep, showStepCount, stepNames } from './step-counts.ts';
import { count, leftIn, problemsOf, verdictSentence } from './summary.ts';
import { STATUS_WORDS } from './words.ts';

/** The result of a matrix for a terminal: steps by engines, what needs attention by engines, why, and the verdict. */
export function renderMatrixTable(report: Report): string {
  const columns = report.engines.filter(({ available }) => available).map(({ name }) => name);
  const attention = problemsOf(report);
  const ids = [...new Set(attention.map(({ requirement }) => requirement.id))];
  return `${[
    ...engineLines(report),
    '',
    ...align([
      ['', ...columns],
      ...stepNames(report).map((step) => [step, ...columns.map((engine) => stepCell(report, engine, step))]),
      ...(ids.length > 0 ? [['']] : []),
      ...ids.map((id) => [id, ...columns.map((engine) => symbol(statusesOf(report, engine, id)))]),
    ]),
    '',
    ...problemLines(report),
    ...causeLines(report),
    ...leftIn(report).map(escapeControl),
    `${verdictSentence(report)} ${count(report.subjects.length, 'subject')} in ${formatDuration(report.durationMs)}. The page is index.html beside ${report.kind}.json.`,
  ].join('\n')}\n`;
}

function engineLines({ engines }: Report): readonly string[] {
  return align(
    engines.map(({ name, available, reason, stack, startMs }) =>
      available
        ? [
            name,
            [stack.engine, stack.version].join(' '),
            stack.store ?? '',
            [stack.buildx && `buildx ${stack.buildx}`, stack.buildkit && `BuildKit ${stack.buildkit}`]
              .filter(Boolean)
              .join(', '),
            startMs === undefined ? '' : `up in ${formatDuration(startMs)}`,
          ]
        : [name, `unavailable: ${escapeControl(reason ?? 'no reason given')}`],
    ),
  );
}

function stepCell(report: Report, engine: string, step: string): string {
  const subjects = report.subjects.filter((subject) => subject.engine === engine);
  return showStepCount(countStep(report, step, subjects));
}

function statusesOf(report: Report, engine: string, id: string): readonly Status[] {
  return report.subjects
    .filter((subject) => subject.engine === engine)
    .flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.id === id).map(({ status }) => status));
}

function symbol(statuses: readonly Status[]): string {
  return statuses.length === 0 ? '' : STATUS_WORDS[worst(statuses)].symbol;
}

/** Why: each requirement that needs attention with its first finding, and where. */
function problemLines(report: Report): readonly string[] {
  return problemsOf(report).flatMap(({ requirement, status, judged }) => {
    const { symbol: mark, word } = STATUS_WORDS[status];
    const first = judged.find(({ outcome }) => outcome.findings.length > 0) ?? judged[0];
    const reason = first?.outcome.findings[0]?.message ?? first?.outcome.reason ?? '';
    const where = judged.map(({ subject }) => subject.id);
    const known = status === 'known' || status === 'fixed' ? ` [${first?.outcome.deviation ?? ''}]` : '';
    return [
      `${mark} ${word}: ${requirement.id}${known}`,
      `    on ${where.slice(0, 4).join(', ')}${where.length > 4 ? ` and ${where.length - 4} more` : ''}`,
      `    ${escapeControl(reason)}`,
    ];
  });
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    if (row.length < 3) continue;
    for (const [column, text] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, text.length);
  }
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
