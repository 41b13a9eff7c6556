import type { BuilderName, EngineHandle } from '../engines/model.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { temporaryFolder } from '../engines/temporary-folder.ts';
import { describeEngine } from './describe-engine.ts';
import { createFlow, type Flow } from './flow.ts';

export interface OpenFlow {
  readonly handle: EngineHandle;
  readonly flow: Flow;
  /** Sweeps and ends the engine. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** Builders to go through. Default: all. */
  readonly builders?: readonly BuilderName[];
  /** Told what is done, and which engine it is. */
  readonly onProgress: (line: string) => void;
}

/** Finds or makes the engine and begins to gather all evidence on it. Throws `EngineError`. */
export async function openFlow({ builders, onProgress }: OpenOptions): Promise<OpenFlow> {
  const { handle, stop } = await resolveEngine({ onProgress });
  onProgress(describeEngine(handle));
  // Client libraries leave files in the temporary folder; there they go with the engine.
  process.env['TMPDIR'] = await temporaryFolder(handle);
  const flow = createFlow(handle, builders === undefined ? {} : { builders });
  flow.begin();
  return { handle, flow, stop };
}
