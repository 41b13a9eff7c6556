import type { TestProject } from 'vitest/node';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { openFlow } from '../procedure/open.ts';
import { serveFlow } from '../procedure/server.ts';
import './context.ts';

/** Finds or makes the engine before the first spec, and begins to gather evidence, in vitest's main process. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  endOnSignals();
  const { handle, flow, stop } = await openFlow({
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const server = await serveFlow(flow, handle);
    project.provide('engine', handle);
    project.provide('flowSocket', server.path);
    return async () => {
      server.close();
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
