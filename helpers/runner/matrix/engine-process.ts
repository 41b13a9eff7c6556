import { EngineError } from '../../engines/error.ts';
import { loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import { endOnSignals, stopEverything } from '../../engines/start/stop-at-end.ts';
import { temporaryFolder } from '../../engines/temporary-folder.ts';
import { createFlow } from '../../procedure/flow.ts';
import { createScenarios } from '../../procedure/scenarios/scenarios.ts';
import { serveScenarios } from '../../procedure/scenarios/server.ts';
import { serveFlow } from '../../procedure/server.ts';
import type { MatrixEngine } from './plan.ts';

/**
 * One engine of a matrix in a process of its own: the client libraries keep one engine for each process. It starts the
 * engine, gathers all evidence, answers for it until it is told to stop, and ends when its parent is gone.
 */
export type EngineMessage =
  | { readonly type: 'progress'; readonly line: string }
  | { readonly type: 'unavailable'; readonly reason: string }
  | { readonly type: 'open'; readonly opening: MatrixEngine };

async function main(name: string): Promise<void> {
  endOnSignals();
  process.once('disconnect', () => void stopEverything().then(() => process.exit(0)));
  try {
    const recipe = await loadRecipe(name);
    const { handle, stop } = await startEngine(recipe, {
      onProgress: (line) => say({ type: 'progress', line }),
    });
    // Client libraries leave files in the temporary folder; there they go with the engine.
    process.env['TMPDIR'] = await temporaryFolder(handle);
    const flow = createFlow(handle, { savesLater: true });
    const scenarios = createScenarios(handle, flow);
    const servers = [await serveFlow(flow, handle), await serveScenarios(scenarios, handle)] as const;
    process.once('message', () => {
      for (const server of servers) server.close();
      void stop().then(() => process.exit(0));
    });
    const [{ path: flowSocket }, { path: scenarioSocket }] = servers;
    say({ type: 'open', opening: { engine: handle, flowSocket, scenarioSocket } });
    flow.begin();
  } catch (error) {
    const ours = error instanceof EngineError ? '' : 'Suite bug: ';
    say({ type: 'unavailable', reason: `${ours}${(error as Error).message}` });
    await stopEverything();
    process.disconnect?.();
  }
}

function say(message: EngineMessage): void {
  process.send?.(message);
}

await main(process.argv[2] ?? '');
