import type { Level } from './define.ts';
import { type Outcome, type Status, wasFoundOut } from './outcome.ts';

/** From the heaviest to the lightest level that `--fail-on` can name. */
export const FAIL_ON_LEVELS = ['must', 'consumer', 'should', 'practice'] as const;
export type FailOnLevel = (typeof FAIL_ON_LEVELS)[number];

/** A violation that somebody lives with, for a reason and until a day. */
export interface Waiver {
  readonly id: string;
  readonly reason: string;
  /** The last day on which it waives anything, `2026-11-23`. */
  readonly until: string;
  /** Only there: an archive, an engine, or a subject of the report. Default: everywhere. */
  readonly on?: string;
  /** The file that holds it. */
  readonly by: string;
}

/** What somebody asked of a verdict beyond the requirements themselves. */
export interface Policy {
  readonly only?: ReadonlySet<string>;
  readonly skip?: ReadonlySet<string>;
  readonly failOn?: FailOnLevel;
  readonly waivers?: readonly Waiver[];
  /** Decides whether a waiver is over. */
  readonly today: string;
  /** Whether an earlier run had this very violation, and where that is written. */
  readonly isOld?: (subject: string, id: string, finding: Outcome['findings'][number]) => boolean;
  readonly baseline?: string;
}

/** Names that a waiver can have for one subject. */
interface PolicySubject {
  readonly id: string;
  readonly names: readonly string[];
}

/** One outcome under a policy; `undefined` for a requirement that was not asked for. */
export function applyPolicy(
  outcome: Outcome,
  level: Level | undefined,
  subject: PolicySubject,
  policy: Policy,
): Outcome | undefined {
  if (policy.only !== undefined && !policy.only.has(outcome.id)) return undefined;
  if (policy.skip?.has(outcome.id))
    return {
      id: outcome.id,
      status: 'not-applicable',
      reason: 'Skipped: --skip or the settings name it.',
      findings: [],
    };
  const weighed = weigh(outcome, level, policy.failOn);
  return waive(forgiveOld(weighed, subject, policy), subject, policy);
}

/** A violation of the level or of a heavier one fails, of a lighter one warns. An expectation always fails. */
function weigh(outcome: Outcome, level: Level | undefined, failOn: FailOnLevel | undefined): Outcome {
  if (failOn === undefined || level === undefined || level === 'expectation') return outcome;
  if (outcome.status !== 'fail' && outcome.status !== 'warn') return outcome;
  // What another option has made a failure, as --ready does, stays one.
  if (outcome.status === 'fail' && FAIL_ON_LEVELS.indexOf(level) > FAIL_ON_LEVELS.indexOf('consumer'))
    return outcome;
  const fails = FAIL_ON_LEVELS.indexOf(level) <= FAIL_ON_LEVELS.indexOf(failOn);
  const status: Status = fails ? 'fail' : 'warn';
  return { ...outcome, status };
}

function forgiveOld(outcome: Outcome, { id: subject }: PolicySubject, { isOld, baseline }: Policy): Outcome {
  if (isOld === undefined || !isViolated(outcome) || outcome.omitted) return outcome;
  if (!outcome.findings.every((finding) => isOld(subject, outcome.id, finding))) return outcome;
  return { ...outcome, status: 'known', reason: `${baseline} has every one of these violations.` };
}

function waive(outcome: Outcome, subject: PolicySubject, { waivers = [], today }: Policy): Outcome {
  if (!isViolated(outcome)) return outcome;
  const [waiver] = waivers.filter((each) => concerns(each, outcome.id, subject));
  if (waiver === undefined) return outcome;
  if (today > waiver.until) return { ...outcome, reason: overdueWaiver(waiver) };
  return {
    ...outcome,
    status: 'known',
    reason: `Waived by ${waiver.by} until ${waiver.until}: ${waiver.reason}`,
  };
}

export function concerns(
  { id, on }: Waiver,
  requirement: string,
  { id: subject, names }: PolicySubject,
): boolean {
  return id === requirement && (on === undefined || on === subject || names.includes(on));
}

export function overdueWaiver({ id, until, by }: Waiver): string {
  return `${by} waived ${id} until ${until}; renew the waiver with its reason, or remove it.`;
}

function isViolated({ status }: Outcome): boolean {
  return status === 'fail' || status === 'warn';
}

/** The verdict of outcomes: nothing found out is no pass. */
export function verdictOfOutcomes(
  outcomes: readonly Outcome[],
): 'conforms' | 'does-not-conform' | 'could-not-judge' {
  const statuses = new Set(outcomes.map(({ status }) => status));
  if (statuses.has('error') || !outcomes.some(wasFoundOut)) return 'could-not-judge';
  return statuses.has('fail') ? 'does-not-conform' : 'conforms';
}
