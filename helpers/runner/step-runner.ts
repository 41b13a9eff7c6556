import { describe, inject, type TestContext, TestRunner, test } from 'vitest';
import type { AnyStep } from '../requirements/procedure/step.ts';
import './context.ts';
import { askSocket } from './ask-socket.ts';
import { createEvidenceSource, type EvidenceSource } from './evidence.ts';
import { show } from './show.ts';
import { testsOf } from './step-tests.ts';

/** vitest's own runner, which also takes the steps that a file exports and makes tests of them. */
export default class StepRunner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    const module: unknown = await super.importFile(path, source);
    for (const step of stepsOf(module)) declareTests(step);
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

function declareTests(step: AnyStep): void {
  for (const { title, group, judge } of testsOf(step)) {
    const register = () => test(title, async (context: TestContext) => show(context, await judge(source())));
    if (group === undefined) register();
    else describe(group, register);
  }
}

/** Asked over the socket of the process that owns the engine, once in each worker. */
function source(): EvidenceSource {
  opened ??= createEvidenceSource(inject('engine'), (request) => askSocket(inject('flowSocket'), request));
  return opened;
}

let opened: EvidenceSource | undefined;
