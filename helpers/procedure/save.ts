import { join } from 'node:path';
import { type BuildContext, ensureFolder } from '../engines/build-context.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { SAVE_WITH } from '../engines/savers/save-images.ts';
import type { FlowSaver } from '../engines/savers/savers.ts';
import { FlowError } from '../engines/step-error.ts';
import type { BuildEvidence, SavedArchive } from '../requirements/procedure/evidence.ts';

/** What was built, beside what the engine tells of it. */
interface Built {
  readonly name: string;
  readonly context: BuildContext;
  readonly program: string | null;
}

/** Saves the image that a builder made. The archive is read later, when it is judged. */
export async function gatherSave(
  handle: EngineHandle,
  saver: FlowSaver,
  built: BuildEvidence,
  { name, context: { folder }, program }: Built,
): Promise<SavedArchive> {
  const archives = join(handle.workDir, 'archives');
  const file = join(archives, name, `${built.builder}-${saver}.tar`);
  await ensureFolder(archives);
  await ensureFolder(join(archives, name));
  const command = await SAVE_WITH[saver](handle, [{ reference: built.tag, folder }], file);
  if (command.exitCode !== 0) {
    throw new FlowError(
      'save',
      `${command.command} failed with exit code ${command.exitCode}: ${command.stderr}`,
    );
  }
  const { builder, expectedImage, tag, image } = built;
  return { builder, saver, command, expectedImage, tag, diffIds: image.diffIds, file, program };
}
