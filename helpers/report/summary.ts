import type { Outcome, Status } from '../requirements/outcome.ts';
import { STATUSES } from '../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from './report-model.ts';
import { VERDICT_WORDS } from './words.ts';

/** Counting and looking up what a report says, for every output alike. Nothing is judged here. */

type Tally = Readonly<Record<Status, number>>;

/** The outcome of one requirement for one subject. */
export interface JudgedOutcome {
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
export function byRequirement(report: Report): ReadonlyMap<string, readonly JudgedOutcome[]> {
  const judged = new Map<string, JudgedOutcome[]>(report.requirements.map(({ id }) => [id, []]));
  for (const subject of report.subjects) {
    for (const outcome of subject.outcomes) judged.get(outcome.id)?.push({ subject, outcome });
  }
  return judged;
}

/** What was judged and needs attention, worst first. What was not judged is shown by its causes. */
const ATTENTION: readonly Status[] = ['fail', 'fixed', 'known', 'warn'];

/** A requirement that needs attention, with the outcomes that say so, worst first. */
export interface ReportProblem {
  readonly requirement: RequirementReport;
  readonly status: Status;
  readonly judged: readonly JudgedOutcome[];
}

/** Requirements with a status that needs attention: one for each requirement and status, worst first. */
export function problemsOf(report: Report): readonly ReportProblem[] {
  const judged = byRequirement(report);
  return ATTENTION.flatMap((status) =>
    report.requirements.flatMap((requirement) => {
      const these = (judged.get(requirement.id) ?? []).filter(({ outcome }) => outcome.status === status);
      return these.length === 0 ? [] : [{ requirement, status, judged: these }];
    }),
  );
}

/** One reason for which something could not be judged. It says nothing of what it kept from being judged. */
export interface Cause {
  /** Without the colours of a terminal; may have several lines. */
  readonly reason: string;
  /** Where nothing is known for this reason: subjects, engines, files. */
  readonly subjects: readonly string[];
  /** Ids of the requirements that were not judged; none for what could not even be read or started. */
  readonly requirements: readonly string[];
}

/** What could not be judged, each cause once, in the order in which it is met. */
export function causesOf(report: Report): readonly Cause[] {
  const causes = new Map<string, { subjects: Set<string>; requirements: Set<string> }>();
  const add = (reason: string, subject: string, requirement?: string) => {
    const plain = plainText(reason);
    const cause = causes.get(plain) ?? { subjects: new Set(), requirements: new Set() };
    causes.set(plain, cause);
    cause.subjects.add(subject);
    if (requirement !== undefined) cause.requirements.add(requirement);
  };
  for (const subject of report.subjects)
    for (const { id, status, reason } of subject.outcomes)
      if (status === 'error') add(reason ?? 'No reason was given.', subject.id, id);
  for (const { subject, reason } of report.unreadable ?? []) add(reason, subject);
  return [...causes].map(([reason, { subjects, requirements }]) => ({
    reason,
    subjects: [...subjects],
    requirements: [...requirements],
  }));
}

/** `48 requirements on buildx and docker-build`, `broken.tar`. */
export function reachOf({ subjects, requirements }: Cause): string {
  return requirements.length === 0
    ? list(subjects)
    : `${count(requirements.length, 'requirement')} on ${list(subjects)}`;
}

/** What the run left in engines that are not the suite's own, one line an engine. */
export function leftIn({ engines }: Report): readonly string[] {
  return engines.flatMap(({ name, left }) => (left === undefined ? [] : [`Left in ${name}: ${left}`]));
}

/** `191 of 222 archives conform`, where a check has several; an archive that could not be read is none of them. */
export function conformingArchives({ kind, subjects, unreadable = [] }: Report): string | undefined {
  const all = subjects.length + unreadable.length;
  if (kind !== 'check' || all < 2) return undefined;
  const conforming = subjects.filter(
    ({ outcomes }) => !outcomes.some(({ status }) => status === 'fail' || status === 'error'),
  );
  return `${conforming.length} of ${all} archives conform`;
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
  const errors = whereNotJudged(report);
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
  const archives = conformingArchives(report);
  if (parts.length > 0) return [...(archives === undefined ? [] : [archives]), ...parts].join('; ');
  const apart = (['known', 'fixed', 'warn'] as const)
    .map((status) => ({ status, number: where(status).count }))
    .filter(({ number }) => number > 0)
    .map(
      ({ status, number }) => `${number} ${NOTED[status]}${number === 1 || status === 'fixed' ? '' : 's'}`,
    );
  const none =
    archives ??
    `none of ${count(report.requirements.length, 'requirement')} fails on ${list([...new Set(report.subjects.map(ownerOf))])}`;
  return apart.length === 0 ? none : `${none}; ${list(apart)}`;
}

function whereNotJudged({ subjects }: Report) {
  const of = (outcomes: SubjectReport['outcomes']) => outcomes.filter(({ status }) => status === 'error');
  const ids = new Set(subjects.flatMap(({ outcomes }) => of(outcomes).map(({ id }) => id)));
  const owners = subjects.filter(({ outcomes }) => of(outcomes).length > 0).map(ownerOf);
  return { count: ids.size, names: list([...new Set(owners)]) };
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

/** The words of another program without its colours. */
function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for
  return text.replace(/\u001b\[[0-9;]*m/g, '').trim();
}
