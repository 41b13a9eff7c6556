import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import type { EngineHandle } from '../engine/model.ts';
import './context.ts';

/** What the process that owns the engine tells the specs. */
export interface Opening {
  readonly engine: EngineHandle;
  readonly flowSocket: string;
}

/**
 * Finds or makes the engine before the first spec, and begins to gather evidence. When the command line started this
 * process, it owns the engine and does both; otherwise both are done here, in vitest's main process.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.send !== undefined && process.env['SCRATCH_ENGINE_FROM_PARENT'] !== undefined) {
    provide(project, await openingFromParent());
    return undefined;
  }
  const { openFlow } = await import('../flow/open.ts');
  const { endOnSignals } = await import('../engine/stop-at-end.ts');
  endOnSignals();
  const opened = await openFlow({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  provide(project, opened.opening);
  return opened.stop;
}

function provide(project: TestProject, { engine, flowSocket }: Opening): void {
  project.provide('engine', engine);
  project.provide('flowSocket', flowSocket);
}

/** The parent may still be starting the engine. Without the parent there is nothing to run for. */
function openingFromParent(): Promise<Opening> {
  process.on('disconnect', () => {
    // The command line made this folder for vitest's own files, and can no longer remove it.
    const temporary = process.env['SCRATCH_TEMPORARY'];
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    process.exit(2);
  });
  return new Promise((resolve) => {
    process.once('message', (opening) => {
      // From here on the channel to the parent is no reason to stay alive.
      process.channel?.unref();
      resolve(opening as Opening);
    });
    process.send?.('ready');
  });
}
