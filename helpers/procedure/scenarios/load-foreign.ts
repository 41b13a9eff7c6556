import { copyFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ensureFolder } from '../../engines/build-context.ts';
import { clientOf, runTool } from '../../engines/command.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { inspectImage } from '../../engines/inspect-image.ts';
import type { LoadForeign } from '../../requirements/matrix/built-image-model.ts';
import { loadArchive } from '../load.ts';

/** Loads a copy of the archive, looks at the image that came of it, and removes it again. */
export async function loadForeign(handle: EngineHandle, file: string): Promise<LoadForeign> {
  const folder = join(handle.workDir, 'foreign');
  await ensureFolder(folder);
  // The engine's own tools see nothing but its work folder.
  const copy = join(folder, basename(file));
  await copyFile(file, copy);
  const before = new Set(await listNames(handle));
  const { exitCode, stdout, stderr } = await loadArchive(handle, copy);
  await rm(copy, { force: true });
  const said = `${stderr}\n${stdout}`.trim().split('\n').at(-1) ?? '';
  if (exitCode !== 0) return { loaded: false, said, diffIds: [], name: '' };
  const names = (await listNames(handle)).filter((name) => !before.has(name));
  const name = names[0] ?? /Loaded image(?: ID)?(?:\(s\))?: (\S+)/.exec(stdout)?.[1] ?? '';
  if (name === '') return { loaded: true, said, diffIds: [], name };
  const image = await inspectImage(handle, 'load', name);
  await runTool(handle, clientOf(handle), ['rmi', name]);
  return { loaded: true, said: '', diffIds: image.diffIds, name };
}

async function listNames(handle: EngineHandle): Promise<readonly string[]> {
  const format = '{{.Repository}}:{{.Tag}}';
  const { stdout } = await runTool(handle, clientOf(handle), ['images', '--format', format]);
  return stdout.split('\n').filter((name) => name !== '' && !name.includes('<none>'));
}
