import { expect, inject, type TestContext } from 'vitest';
import type { Gathered } from '../procedure/flow.ts';
import { breachesOf, type Judgement, judgeEvidence } from './judge.ts';
import type { Subject, Verdicts } from './judged.ts';

/** Turns a judgement into a test's result: what was judged goes into `meta` for the reporter, and the test passes or fails by it. */

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
  show(context, await judgeEvidence(inject('engine'), subject, ids, gathered, verdictsOf));
}

/** Ends the test with what was judged. */
export function show(context: TestContext, { judged, skipped, error }: Judgement): void {
  context.task.meta.judged = judged;
  if (error !== undefined) {
    const reason = error instanceof Error ? error.message : String(error);
    if (shown.has(reason)) context.skip(`no evidence: ${reason}`);
    shown.add(reason);
    throw error;
  }
  if (skipped !== undefined) context.skip(skipped);
  expect(breachesOf(judged.flatMap(({ outcomes }) => outcomes)), 'breaches').toEqual([]);
}
