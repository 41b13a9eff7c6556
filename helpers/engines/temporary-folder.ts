import { join } from 'node:path';
import { ensureFolder } from './build-context.ts';
import type { EngineHandle } from './engine-model.ts';

/** A folder for temporary files that goes with the engine, whatever becomes of the process that wrote them. */
export async function temporaryFolder({ workDir }: EngineHandle): Promise<string> {
  const folder = join(workDir, 'tmp');
  await ensureFolder(folder);
  return folder;
}
