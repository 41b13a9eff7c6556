import { join } from 'node:path';
import { ensureFolder } from '../engines/build-context.ts';
import { loadBuilder } from '../engines/builders/builders.ts';
import type { BuilderName, EngineHandle } from '../engines/engine-model.ts';
import { EngineError } from '../engines/error.ts';
import { SAVE_WITH } from '../engines/savers/save-images.ts';
import { saversOf } from '../engines/savers/savers.ts';
import type { GivenImage } from './given-image.ts';
import { prepareGiven } from './prepare.ts';

/** An archive of a given image. */
export interface SavedGiven {
  /** `app-docker-save` */
  readonly name: string;
  readonly file: string;
}

/** What people build with; the other builders come after these. */
const PREFERRED: readonly BuilderName[] = ['buildx', 'docker-build', 'podman-build'];

/** Builds a given image once, with the builder that people would use, and saves it with each saver of the engine. */
export async function buildAndSave(handle: EngineHandle, image: GivenImage): Promise<readonly SavedGiven[]> {
  const builder = PREFERRED.find((each) => handle.builders.includes(each)) ?? handle.builders[0];
  if (builder === undefined)
    throw new EngineError(`${handle.name} has no builder, so ${image.label} is not built.`);
  const { context } = await prepareGiven(handle, image);
  const build = await loadBuilder(builder);
  const tag = `${handle.runId}/${image.name}:${builder}`;
  await build({ handle, context, tag, useCache: true });
  const folder = join(handle.workDir, 'archives');
  await ensureFolder(folder);
  const saved: SavedGiven[] = [];
  for (const saver of saversOf(builder).filter((each) => handle.savers.includes(each))) {
    const file = join(folder, `${image.name}-${saver}.tar`);
    const { command, exitCode, stderr } = await SAVE_WITH[saver](
      handle,
      [{ reference: tag, folder: context.folder }],
      file,
    );
    if (exitCode !== 0) throw new EngineError(`${command} failed with exit code ${exitCode}: ${stderr}`);
    saved.push({ name: `${image.label}-${saver}`, file });
  }
  return saved;
}
