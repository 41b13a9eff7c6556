import { createRequire } from 'node:module';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { Gathered } from '../procedure/gathered.ts';
import {
  applyDeviations,
  circumstancesOf,
  type Deviation,
  loadRegister,
} from '../requirements/deviations/apply.ts';
import { type Outcome, worst } from '../requirements/outcome.ts';
import type { Judged, Subject, Verdicts } from './judged.ts';

/** Turns evidence into what a test found out. Who runs the test, vitest or the command line, shows it in its own way. */

export interface TestJudgement {
  readonly judged: readonly Judged[];
  /** Why nothing was judged, where that is no failure. */
  readonly skipped?: string;
  /** Why there is no evidence. */
  readonly error?: unknown;
}

/**
 * Waits for the evidence and judges it. `ids` are the outcomes that exist even if there is no evidence. Throws only
 * what is a bug of the suite.
 */
export async function judgeEvidence<Evidence>(
  engine: EngineHandle,
  subject: Subject,
  ids: readonly string[],
  gathered: Promise<Gathered<Evidence>>,
  verdictsOf: (evidence: Evidence) => Verdicts | Promise<Verdicts>,
): Promise<TestJudgement> {
  const record = (verdicts: Verdicts): Judged => ({
    step: subject.step,
    subject: subjectOf(engine, subject),
    outcomes: verdicts.outcomes,
    observations: verdicts.observations ?? [],
    ...(verdicts.archive && { archive: verdicts.archive }),
  });
  const without = (status: Outcome['status'], reason: string) =>
    record({ outcomes: ids.map((id) => ({ id, status, reason, findings: [] })) });
  let result: Gathered<Evidence>;
  try {
    result = await gathered;
  } catch (error) {
    return { judged: [without('error', error instanceof Error ? error.message : String(error))], error };
  }
  if ('unsupported' in result) {
    const { unsupported } = result;
    return {
      judged: [without('unsupported', unsupported)],
      skipped: `unsupported: ${unsupported}`,
    };
  }
  const verdicts = await verdictsOf(result.evidence);
  const outcomes = await waive(verdicts.outcomes, engine, subject);
  const judged = record({ ...verdicts, outcomes });
  const [only] = outcomes;
  if (only === undefined) throw new Error(`Suite bug: a test about ${judged.subject.id} judges nothing.`);
  if (outcomes.length === 1 && only.status === 'not-applicable')
    return { judged: [judged], skipped: `not applicable: ${only.reason}` };
  return { judged: [judged] };
}

/** What is found out about a subject that this engine cannot have. */
export function judgeAbsent(
  engine: EngineHandle,
  subject: Subject,
  ids: readonly string[],
  reason: string,
): Judged {
  return {
    step: subject.step,
    subject: subjectOf(engine, subject),
    outcomes: ids.map((id) => ({ id, status: 'unsupported', reason, findings: [] })),
    observations: [],
  };
}

/** One line for each violation, the requirement's id first. */
export function violationsOf(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.flatMap(({ id, status, findings, reason }) => {
    if (status === 'error') return [`${id}: ${reason ?? 'could not be judged'}`];
    return status === 'fail' ? findings.map(({ message }) => `${id}: ${message}`) : [];
  });
}

/** A failing test is explained when its own outcomes say why. */
export function isExplained(outcomes: readonly Outcome[] | undefined): boolean {
  return outcomes !== undefined && ['fail', 'error'].includes(worst(outcomes.map(({ status }) => status)));
}

let register: Promise<readonly Deviation[]> | undefined;

async function waive(
  outcomes: readonly Outcome[],
  { stack }: EngineHandle,
  { builder, saver, isGiven, scenario = isGiven ? 'given' : 'hello' }: Subject,
): Promise<readonly Outcome[]> {
  register ??= loadRegister();
  const { versions, ...rest } = circumstancesOf(stack);
  const circumstances = {
    ...rest,
    versions: {
      ...versions,
      ...(builder === 'testcontainers' && { testcontainers: testcontainersVersion() }),
    },
    ...(builder && { builder }),
    ...(saver && { saver }),
    scenario,
  };
  return applyDeviations(outcomes, circumstances, await register, new Date().toISOString().slice(0, 10));
}

/** Of the package that the builder loads, as it is installed. */
function testcontainersVersion(): string {
  const { version } = createRequire(import.meta.url)('testcontainers/package.json') as { version: string };
  return version;
}

function subjectOf({ name }: EngineHandle, { step, builder, saver, scenario }: Subject): Judged['subject'] {
  const what = scenario === undefined ? [builder ?? step] : [scenario, builder];
  const parts = [name, ...what, saver].filter((part) => part !== undefined);
  return { id: parts.join('/'), engine: name, ...(builder && { builder }), ...(saver && { saver }) };
}
