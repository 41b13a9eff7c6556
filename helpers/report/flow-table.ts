import { escapeControl } from '../common/escape.ts';
import { worst } from '../requirements/outcome.ts';
import { formatDuration } from './duration.ts';
import type { Report, SubjectReport } from './report-model.ts';
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
  const steps = [...new Set(report.requirements.map(({ step }) => step))];
  const columns = [WHOLE, ...presentBuilders(report)];
  const rows = steps.map((step) => [step, ...columns.map((column) => cell(report, step, column))]);
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

/** How many requirements hold, out of those that apply: `✓ 11`, or `✗ 9 of 11`. */
function cell(report: Report, step: string, column: string): string {
  const ids = new Set(report.requirements.filter((one) => one.step === step).map(({ id }) => id));
  const statuses = subjectsOf(report, column)
    .flatMap(({ outcomes }) => outcomes)
    .filter(({ id, status }) => ids.has(id) && status !== 'not-applicable')
    .map(({ status }) => status);
  if (statuses.length === 0) return '';
  const { symbol } = STATUS_WORDS[worst(statuses)];
  const judged = statuses.filter((status) => status !== 'unsupported');
  if (judged.length === 0) return symbol;
  const passed = judged.filter((status) => status === 'pass').length;
  return passed === judged.length
    ? `${STATUS_WORDS.pass.symbol} ${passed}`
    : `${symbol} ${passed} of ${judged.length}`;
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

/** Builders, savers and steps that this engine or host lacks, with the reason: told, not silently missing. */
function absentLines(report: Report): readonly string[] {
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
  const lines = [...reasons].map(
    ([reason, names]) =>
      `${STATUS_WORDS.unsupported.symbol} not tried: ${[...names].join(', ')}. ${escapeControl(reason)}`,
  );
  return lines.length === 0 ? [] : [...lines, ''];
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
