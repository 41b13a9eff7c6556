import { expect, type TestContext } from 'vitest';
import './context.ts';
import { type TestJudgement, violationsOf } from './judge.ts';

/** Causes that a test has already shown; the same cause is not shown by every test that depends on it. */
const shown = new Set<string>();

/** Ends a test with what was judged: it goes into `meta` for the reporter, and the test passes or fails by it. */
export function show(context: TestContext, { judged, skipped, error }: TestJudgement): void {
  context.task.meta.judged = judged;
  if (error !== undefined) {
    const reason = error instanceof Error ? error.message : String(error);
    if (shown.has(reason)) context.skip(`no evidence: ${reason}`);
    shown.add(reason);
    throw error;
  }
  if (skipped !== undefined) context.skip(skipped);
  expect(violationsOf(judged.flatMap(({ outcomes }) => outcomes)), 'violations').toEqual([]);
}
