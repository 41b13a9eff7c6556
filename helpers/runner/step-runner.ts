import { describe, inject, type TestContext, TestRunner, test } from 'vitest';
import type { AnyStep } from '../requirements/procedure/step.ts';
import './context.ts';
import { askSocket } from './ask-socket.ts';
import { createEvidenceSource, type EvidenceSource } from './evidence.ts';
import { show } from './show.ts';
import { planTests } from './step-tests.ts';
import { openProcedure } from './worker.ts';

/** vitest's own runner, which also takes the steps that a file exports and makes tests of them. */
export default class StepRunner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    const module: unknown = await super.importFile(path, source);
    for (const step of stepsOf(module)) await declareTests(step);
    return module;
  }
}

function stepsOf(module: unknown): readonly AnyStep[] {
  return Object.values(module as object)
    .flat()
    .filter(isStep);
}

function isStep(value: unknown): value is AnyStep {
  return typeof value === 'object' && value !== null && 'step' in value && 'requirements' in value;
}

async function declareTests(step: AnyStep): Promise<void> {
  const source = await openSource();
  const tests = await planTests(step, source);
  describe(step.step, () => {
    for (const { title, group, judge } of tests) {
      const register = () => test(title, async (context: TestContext) => show(context, await judge()));
      if (group === undefined) register();
      else describe(group, register);
    }
  });
}

/** In a matrix the evidence is asked for over the socket of the process that owns the engine. */
async function openSource(): Promise<EvidenceSource> {
  const socket = inject('flowSocket');
  if (socket === undefined) return openProcedure();
  return createEvidenceSource(inject('engine'), {
    ask: (request) => askSocket(socket, request),
    whyNot: async () => undefined,
  });
}
