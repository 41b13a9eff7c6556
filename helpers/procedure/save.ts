import { join } from 'node:path';
import { digestOf } from '../archive/digest.ts';
import { type BuildContext, ensureFolder, PROGRAM } from '../engines/build-context.ts';
import type { BuilderName, EngineHandle, SaverName } from '../engines/engine-model.ts';
import { SAVE_WITH } from '../engines/savers/save-images.ts';
import type { FlowSaver } from '../engines/savers/savers.ts';
import { FlowError } from '../engines/step-error.ts';
import type { BuildEvidence, SavedArchive } from '../requirements/procedure/evidence.ts';

export function archivePath({ workDir }: EngineHandle, builder: BuilderName, saver: SaverName): string {
  return join(workDir, 'archives', `${builder}-${saver}.tar`);
}

/** Saves the image that a builder made. The archive is read by whoever judges it. */
export async function gatherSave(
  handle: EngineHandle,
  saver: FlowSaver,
  built: BuildEvidence,
  { folder, files }: BuildContext,
): Promise<SavedArchive> {
  const file = archivePath(handle, built.builder, saver);
  await ensureFolder(join(handle.workDir, 'archives'));
  const command = await SAVE_WITH[saver](handle, [{ reference: built.tag, folder }], file);
  if (command.exitCode !== 0) {
    throw new FlowError(
      'save',
      `${command.command} failed with exit code ${command.exitCode}: ${command.stderr}`,
    );
  }
  const { builder, expectedImage, tag, image } = built;
  const program = digestOf(files.find(({ name }) => name === PROGRAM)?.content ?? Buffer.alloc(0));
  return { builder, saver, command, expectedImage, tag, diffIds: image.diffIds, file, program };
}
