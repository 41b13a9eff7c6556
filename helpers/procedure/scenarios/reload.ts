import { clientOf, runTool } from '../../engines/command.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { FlowError } from '../../engines/step-error.ts';
import { loadArchive } from '../load.ts';

/** Takes images out of the store and brings them back from their archive. Throws `FlowError` when either fails. */
export async function reload(
  handle: EngineHandle,
  images: readonly { readonly tag: string }[],
  file: string | undefined,
): Promise<void> {
  if (file === undefined)
    throw new FlowError('load', 'there is no archive to load, because the save failed.');
  const removed = await runTool(handle, clientOf(handle), ['rmi', ...images.map(({ tag }) => tag)]);
  if (removed.exitCode !== 0) throw new FlowError('load', `${removed.command} failed: ${removed.stderr}`);
  const loaded = await loadArchive(handle, file);
  if (loaded.exitCode !== 0) throw new FlowError('load', `${loaded.command} failed: ${loaded.stderr}`);
}
