import type { TestProject } from 'vitest/node';
import { explainMissingPackage } from '../common/missing-package.ts';
import { printNote } from '../common/terminal.ts';

/**
 * The entry `scratch-conformance/vitest/engine`, for `globalSetup` of a vitest configuration: one engine for all spec
 * files, found or started as the fixture `engine` says, and ended after the last. Without it each file has its own.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const [{ startSpecEngine }, { describeEngine }] = await Promise.all([
      import('./spec-engine.ts'),
      import('../procedure/describe-engine.ts'),
    ]);
    const { handle, stop } = await startSpecEngine(undefined);
    printNote(describeEngine(handle));
    project.provide('engine', handle);
    return stop;
  } catch (error) {
    const explained = explainMissingPackage(error);
    throw explained === undefined ? error : new Error(`Could not run: ${explained}`, { cause: error });
  }
}
