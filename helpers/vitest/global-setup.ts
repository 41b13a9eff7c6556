import type { TestProject } from 'vitest/node';
import { BUILDERS, type BuilderName, type EngineHandle } from '../engine/model.ts';
import './context.ts';

/**
 * Finds or makes the engine before the first spec, in the main process. The command line owns the engine when it started
 * this process, and sends its handle; otherwise the engine is resolved and ended here.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  project.provide('builders', askedBuilders());
  if (process.send !== undefined && process.env['SCRATCH_ENGINE_FROM_PARENT'] !== undefined) {
    project.provide('engine', await handleFromParent());
    return undefined;
  }
  const { resolveEngine } = await import('../engine/resolve.ts');
  const { endOnSignals } = await import('../engine/stop-at-end.ts');
  const { describeEngine } = await import('../flow/describe-engine.ts');
  endOnSignals();
  const { handle, stop } = await resolveEngine({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  process.stderr.write(`${describeEngine(handle)}\n`);
  project.provide('engine', handle);
  return stop;
}

function askedBuilders(): readonly BuilderName[] {
  const asked = process.env['SCRATCH_BUILDERS']?.split(',') ?? [];
  return asked.length === 0 ? BUILDERS : BUILDERS.filter((name) => asked.includes(name));
}

/** The parent may still be starting the engine. Without the parent there is nothing to run for. */
function handleFromParent(): Promise<EngineHandle> {
  process.on('disconnect', () => process.exit(2));
  return new Promise((resolve) => {
    process.once('message', (handle) => resolve(handle as EngineHandle));
    process.send?.('ready');
  });
}
