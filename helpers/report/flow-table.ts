import { escapeControl } from '../common/escape.ts';
import { formatDuration } from './duration.ts';
import type { Report, SubjectReport } from './report-model.ts';
import { countStep, showStepCount, stepNames } from './step-counts.ts';
import { causesOf, count, leftIn, problemsOf, reachOf, verdictSentence } from './summary.ts';
import { STATUS_WORDS } from './words.ts';

/** The result of a conformance run for a terminal: steps by builders, what needs attention, the verdict. */
export function renderFlowTable(report: Report): string {
  const lines = [
    ...tableLines(report),
    '',
    ...absentLines(report),
    ...problemLines(report),
    ...leftLines(report),
    closing(report),
  ];
  return `${lines.join('\n')}\n`;
}

const WHOLE = 'engine';

function tableLines(report: Report): readonly string[] {
  const columns = [WHOLE, ...presentBuilders(report)];
  const rows = stepNames(report).map((step) => [
    step,
    ...columns.map((column) => showStepCount(countStep(report, step, subjectsOf(report, column)))),
  ]);
  const all = [['', ...columns], ...rows];
  const widths =
    all[0]?.map((_, position) => Math.max(...all.map((row) => (row[position] ?? '').length))) ?? [];
  return all.map((row) =>
    row
      .map((text, position) => text.padEnd(widths[position] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function subjectsOf({ subjects }: Report, column: string): readonly SubjectReport[] {
  return subjects.filter(({ builder = WHOLE }) => builder === column);
}

function isPresent(subject: SubjectReport): boolean {
  return subject.outcomes.some(({ status }) => status !== 'unsupported');
}

function presentBuilders({ subjects }: Report): readonly string[] {
  return [...new Set(subjects.filter(isPresent).flatMap(({ builder }) => builder ?? []))];
}

function absentLines(report: Report): readonly string[] {
  const lines = absentParts(report).map(
    ({ names, reason }) =>
      `${STATUS_WORDS.unsupported.symbol} not tried: ${names.join(', ')}. ${escapeControl(reason)}`,
  );
  return lines.length === 0 ? [] : [...lines, ''];
}

/** Builders, savers and steps that this engine or host lacks, with the reason: told, not silently missing. */
export function absentParts(
  report: Report,
): readonly { readonly names: readonly string[]; readonly reason: string }[] {
  const present = new Set(presentBuilders(report));
  const reasons = new Map<string, Set<string>>();
  for (const { id, builder, saver, outcomes } of report.subjects) {
    const [first] = outcomes;
    if (first === undefined || !outcomes.every(({ status }) => status === 'unsupported')) continue;
    const what =
      builder !== undefined && present.has(builder)
        ? (saver ?? builder)
        : (builder ?? id.split('/').at(-1) ?? id);
    const reason = first.reason ?? 'no reason';
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(what));
  }
  return [...reasons].map(([reason, names]) => ({ names: [...names], reason }));
}

const MAX_MESSAGES = 3;

function problemLines(report: Report): readonly string[] {
  const lines: string[] = [];
  for (const { requirement, status, judged } of problemsOf(report)) {
    const { symbol, word } = STATUS_WORDS[status];
    lines.push(
      `${symbol} ${requirement.id} (${word}): ${judged.map(({ subject }) => subject.id).join(', ')}`,
    );
    if (status === 'warn' || status === 'fixed') continue;
    const messages = judged.flatMap(({ outcome }) =>
      status === 'known' ? [outcome.reason ?? ''] : outcome.findings.map(({ message }) => message),
    );
    const different = [...new Set(messages)];
    lines.push(...different.slice(0, MAX_MESSAGES).map((message) => `    ${escapeControl(message)}`));
    if (different.length > MAX_MESSAGES)
      lines.push(`    and ${different.length - MAX_MESSAGES} more in the report`);
  }
  lines.push(...causeLines(report));
  return lines.length === 0 ? [] : [...lines, ''];
}

/** What could not be judged, one entry a cause, after what failed. */
export function causeLines(report: Report): readonly string[] {
  const { symbol, word } = STATUS_WORDS.error;
  return causesOf(report).flatMap((cause) => [
    `${symbol} ${word}: ${escapeControl(reachOf(cause))}`,
    ...cause.reason.split('\n').map((line) => `    ${escapeControl(line)}`),
  ]);
}

function leftLines(report: Report): readonly string[] {
  const lines = leftIn(report).map(escapeControl);
  return lines.length === 0 ? [] : [...lines, ''];
}

function closing(report: Report): string {
  const outcomes = report.subjects.flatMap((subject) => subject.outcomes);
  const judged = outcomes.filter(
    ({ status }) => !['unsupported', 'not-applicable', 'error'].includes(status),
  );
  return `${verdictSentence(report)} ${count(judged.length, 'judgement')} in ${formatDuration(report.durationMs)}.`;
}
