import { TestRunner } from 'vitest';
import type { AnyStep } from '../requirements/procedure/step.ts';
import { registerStep } from './register-step.ts';
import { openWorker } from './worker.ts';

/** vitest's own runner, which also takes the steps that a file exports and makes tests of them. */
export default class StepRunner extends TestRunner {
  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    const module: unknown = await super.importFile(path, source);
    for (const step of stepsOf(module)) await registerStep(step, (await openWorker()).source);
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
