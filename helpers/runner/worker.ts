import { inject } from 'vitest';
import { once } from '../common/once.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { temporaryFolder } from '../engines/temporary-folder.ts';
import { begunWorker, type Worker } from './begin.ts';
import './context.ts';

/** The engine of this worker, whose temporary files go with it. */
export const workerEngine = once(async (): Promise<EngineHandle> => {
  const engine = inject('engine');
  process.env['TMPDIR'] = await temporaryFolder(engine);
  return engine;
});

/** The procedure of this worker, once in a process. */
export const openWorker = once(
  async (): Promise<Worker> => begunWorker(await workerEngine(), inject('procedure')),
);
