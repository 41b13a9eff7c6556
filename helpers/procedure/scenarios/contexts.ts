import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { ensureFolder, type WrittenContext, writeContext } from '../../engines/build-context.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { CONTEXT_MTIME } from '../../engines/tar-context.ts';

/** Contexts whose files have one time; in the others each file is a second younger than the one before, by name. */
const SAME_TIME: ReadonlySet<string> = new Set(['same-size-same-time']);

/** Writes a folder of fixtures/contexts where the engine's tools can see it, with times and modes of our own. */
export async function prepareContext({ workDir }: EngineHandle, name: string): Promise<WrittenContext> {
  const folder = projectFolder(`fixtures/contexts/${name}`);
  const names = (await readdir(folder)).toSorted();
  const files = await Promise.all(
    names.map(async (file, position) => ({
      name: file,
      mode: 0o644,
      content: await readFile(join(folder, file)),
      mtime: CONTEXT_MTIME + (SAME_TIME.has(name) ? 0 : position),
    })),
  );
  await ensureFolder(join(workDir, 'contexts'));
  return writeContext(join(workDir, 'contexts', name), files);
}
