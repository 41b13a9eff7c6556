import type { BuilderName, EngineHandle } from '../engine/model.ts';
import { resolveEngine } from '../engine/resolve.ts';
import { describeEngine } from './describe-engine.ts';
import { createFlow } from './flow.ts';
import { serveFlow } from './server.ts';

export interface OpenFlow {
  readonly opening: { readonly engine: EngineHandle; readonly flowSocket: string };
  /** Ends the server, sweeps and ends the engine. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Builders to go through. Default: all. */
  readonly builders?: readonly BuilderName[];
  /** Told what is done, and which engine it is. */
  readonly onProgress: (line: string) => void;
}

/** Finds or makes the engine, begins to gather all evidence on it, and serves it. Throws `EngineError`. */
export async function openFlow({ builders, onProgress }: OpenOptions): Promise<OpenFlow> {
  const { handle, stop } = await resolveEngine({ onProgress });
  onProgress(describeEngine(handle));
  try {
    const flow = createFlow(handle, builders === undefined ? {} : { builders });
    const server = await serveFlow(flow, handle);
    flow.begin();
    return {
      opening: { engine: handle, flowSocket: server.path },
      async stop() {
        server.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
