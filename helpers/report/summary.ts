import type { Outcome, Status } from '../requirements/outcome.ts';
import { STATUSES } from '../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from './model.ts';
import { VERDICT_WORDS } from './words.ts';

/** Counting and looking up what a report says, for every output alike. Nothing is judged here. */

export type Tally = Readonly<Record<Status, number>>;

/** The outcome of one requirement for one subject. */
export interface Judged {
  readonly subject: SubjectReport;
  readonly outcome: Outcome & { readonly durationMs?: number };
}

/** How often each status occurs. */
export function tally(outcomes: Iterable<{ readonly status: Status }>): Tally {
  const counts = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of outcomes) counts[status] += 1;
  return counts;
}

/** Every outcome, by requirement, in the order of `requirements` and `subjects`. */
export function byRequirement(report: Report): ReadonlyMap<string, readonly Judged[]> {
  const judged = new Map<string, Judged[]>(report.requirements.map(({ id }) => [id, []]));
  for (const subject of report.subjects) {
    for (const outcome of subject.outcomes) judged.get(outcome.id)?.push({ subject, outcome });
  }
  return judged;
}

/** How bad each status is for a reader, worst first; the ones left out need no attention. */
export const ATTENTION: readonly Status[] = ['error', 'fail', 'fixed', 'known', 'warn'];

/** A requirement that needs attention, with the outcomes that say so, worst first. */
export interface Problem {
  readonly requirement: RequirementReport;
  readonly status: Status;
  readonly judged: readonly Judged[];
}

/** Requirements with a status that needs attention: one for each requirement and status, worst first. */
export function problemsOf(report: Report): readonly Problem[] {
  const judged = byRequirement(report);
  return ATTENTION.flatMap((status) =>
    report.requirements.flatMap((requirement) => {
      const these = (judged.get(requirement.id) ?? []).filter(({ outcome }) => outcome.status === status);
      return these.length === 0 ? [] : [{ requirement, status, judged: these }];
    }),
  );
}

/** The verdict in one sentence, for example `Does not conform: 2 requirements fail on docker-28.` */
export function verdictSentence(report: Report): string {
  const { word } = VERDICT_WORDS[report.verdict];
  return `${word}: ${verdictReason(report)}.`;
}

function verdictReason(report: Report): string {
  const problems = problemsOf(report);
  const where = (status: Status) => {
    const these = problems.filter((problem) => problem.status === status);
    const names = new Set(these.flatMap(({ judged }) => judged.map(({ subject }) => ownerOf(subject))));
    return { count: these.length, names: list([...names]) };
  };
  const parts: string[] = [];
  const errors = where('error');
  const failures = where('fail');
  if (failures.count > 0)
    parts.push(
      `${count(failures.count, 'requirement')} ${failures.count === 1 ? 'fails' : 'fail'} on ${failures.names}`,
    );
  if (errors.count > 0)
    parts.push(`${count(errors.count, 'requirement')} could not be judged on ${errors.names}`);
  const missing = report.engines.filter(({ available }) => !available).map(({ name }) => name);
  if (missing.length > 0) parts.push(`${list(missing)} could not be tried`);
  const unreadable = report.unreadable ?? [];
  if (unreadable.length > 0)
    parts.push(
      `${list([...new Set(unreadable.map(({ subject }) => subject))])} ${report.kind === 'check' ? 'could not be read' : 'could not be judged'}`,
    );
  if (report.subjects.length === 0 && unreadable.length === 0) parts.push('nothing was judged');
  if (parts.length > 0) return parts.join('; ');
  const apart = (['known', 'fixed', 'warn'] as const)
    .map((status) => ({ status, number: where(status).count }))
    .filter(({ number }) => number > 0)
    .map(
      ({ status, number }) => `${number} ${NOTED[status]}${number === 1 || status === 'fixed' ? '' : 's'}`,
    );
  const none = `none of ${count(report.requirements.length, 'requirement')} fails on ${list([...new Set(report.subjects.map(ownerOf))])}`;
  return apart.length === 0 ? none : `${none}; ${list(apart)}`;
}

const NOTED = { known: 'known deviation', fixed: 'fixed', warn: 'warning' } as const;

/** Whom a reader holds responsible: the engine, or the archive that was checked. */
export function ownerOf(subject: SubjectReport): string {
  return subject.engine ?? subject.id;
}

/** `1 finding`, `2 findings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** At most four names in words, the rest counted. */
export function list(names: readonly string[]): string {
  if (names.length > 4) return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** What could not be read or started: each reason once, without the colours of a terminal, with how often it was given. */
export function unreadableOf(
  report: Report,
): readonly { readonly subject: string; readonly reason: string; readonly times: number }[] {
  const reasons = new Map<string, { subject: string; reason: string; times: number }>();
  for (const { subject, reason } of report.unreadable ?? []) {
    const plain = plainText(reason);
    const key = JSON.stringify([subject, plain]);
    reasons.set(key, { subject, reason: plain, times: (reasons.get(key)?.times ?? 0) + 1 });
  }
  return [...reasons.values()];
}

/** The words of another program without its colours. */
function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return text.replace(/\u001b\[[0-9;]*m/g, '').trim();
}
