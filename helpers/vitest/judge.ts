import { expect, inject, type TestContext } from 'vitest';
import { applyDeviations, circumstancesOf, type Deviation, loadRegister } from '../deviations.ts';
import type { BuilderName, SaverName } from '../engine/model.ts';
import type { Gathered } from '../flow/flow.ts';
import type { Outcome } from '../outcome.ts';
import type { Judged } from './context.ts';

/** Turns evidence into a test's result: what is judged goes into `meta` for the reporter, and the test passes or fails by it. */

export interface Subject {
  readonly step: string;
  readonly builder?: BuilderName;
  readonly saver?: SaverName;
  /** Default: the documented procedure, `hello`. */
  readonly scenario?: string;
}

export interface Verdicts {
  readonly outcomes: readonly Outcome[];
  readonly facts?: Judged['facts'];
  readonly archive?: Judged['archive'];
}

let register: Promise<readonly Deviation[]> | undefined;
/** Causes that a test has already shown; the same cause is not shown by every test that depends on it. */
const shown = new Set<string>();

/** Waits for the evidence and judges it. `ids` are the outcomes that exist even if there is no evidence. */
export async function judge<Evidence>(
  context: TestContext,
  subject: Subject,
  ids: readonly string[],
  gathered: Promise<Gathered<Evidence>>,
  verdictsOf: (evidence: Evidence) => Verdicts | Promise<Verdicts>,
): Promise<void> {
  const record = (verdicts: Verdicts) => {
    context.task.meta.judged = {
      step: subject.step,
      subject: subjectOf(subject),
      outcomes: verdicts.outcomes,
      facts: verdicts.facts ?? [],
      ...(verdicts.archive && { archive: verdicts.archive }),
    };
  };
  const without = (status: Outcome['status'], reason: string) =>
    record({ outcomes: ids.map((id) => ({ id, status, reason, findings: [] })) });
  let result: Gathered<Evidence>;
  try {
    result = await gathered;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    without('error', reason);
    if (shown.has(reason)) return context.skip(`no evidence: ${reason}`);
    shown.add(reason);
    throw error;
  }
  if ('unsupported' in result) {
    without('unsupported', result.unsupported);
    return context.skip(`unsupported: ${result.unsupported}`);
  }
  const verdicts = await verdictsOf(result.evidence);
  const outcomes = await waive(verdicts.outcomes, subject);
  record({ ...verdicts, outcomes });
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.status === 'not-applicable') {
    return context.skip(`not applicable: ${only.reason}`);
  }
  expect(outcomes, 'a test that judges nothing').not.toEqual([]);
  expect(breachesOf(outcomes), 'breaches').toEqual([]);
}

/** One line for each breach, the invariant's id first. */
export function breachesOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ id, status, findings, reason }) => {
    if (status === 'error') return [`${id}: ${reason ?? 'could not be judged'}`];
    return status === 'fail' ? findings.map(({ message }) => `${id}: ${message}`) : [];
  });
}

async function waive(
  outcomes: readonly Outcome[],
  { builder, saver, scenario = 'hello' }: Subject,
): Promise<readonly Outcome[]> {
  register ??= loadRegister();
  const { versions, ...rest } = circumstancesOf(inject('engine').stack);
  const circumstances = {
    ...rest,
    versions: {
      ...versions,
      ...(builder === 'testcontainers' && { testcontainers: TESTCONTAINERS_VERSION }),
    },
    ...(builder && { builder }),
    ...(saver && { saver }),
    scenario,
  };
  return applyDeviations(outcomes, circumstances, await register, new Date().toISOString().slice(0, 10));
}

const TESTCONTAINERS_VERSION = '11.14.0';

function subjectOf({ step, builder, saver, scenario }: Subject): Judged['subject'] {
  const engine = inject('engine').name;
  const what = [scenario ?? builder ?? step, ...(saver ? [saver] : [])];
  const parts = [engine, ...what];
  return { id: parts.join('/'), engine, ...(builder && { builder }), ...(saver && { saver }) };
}
