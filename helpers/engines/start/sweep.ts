import { connectionOf } from '../api.ts';
import type { EngineHandle } from '../engine-model.ts';
import { sweep as sweepRun } from './scripts/sweep.js';

/** Label of every container that a run starts. */
export function runLabel({ runId }: Pick<EngineHandle, 'runId'>): Readonly<Record<string, string>> {
  return { 'scratch-conformance.run': runId };
}

/** Removes what a run left in its engine: containers with the run's label, images whose name starts with `<run>/`. */
export async function sweep(
  handle: EngineHandle,
): Promise<{ readonly containers: number; readonly images: number }> {
  if (handle.dockerHost === undefined) return { containers: 0, images: 0 };
  const connection = connectionOf(handle.dockerHost, { ...process.env, ...handle.toolEnvironment });
  return sweepRun(connection, handle.runId);
}
