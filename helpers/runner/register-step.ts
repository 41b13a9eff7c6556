import { describe, type TestContext, test } from 'vitest';
import type { AnyStep } from '../requirements/procedure/step.ts';
import type { EvidenceSource } from './evidence.ts';
import { show } from './show.ts';
import { planTests } from './step-tests.ts';

/** Makes vitest's tests of a step. */
export async function registerStep(step: AnyStep, source: EvidenceSource): Promise<void> {
  const tests = await planTests(step, source);
  if (tests.length === 0) return;
  describe(step.step, () => {
    for (const { title, group, judge } of tests) {
      const register = () => test(title, async (context: TestContext) => show(context, await judge()));
      if (group === undefined) register();
      else describe(group, register);
    }
  });
}
