import type { RunningEngine } from '../engine-model.ts';
import type { EngineRecipe } from '../recipe.ts';
import { assertOpenFiles } from './open-files.ts';
import type { StartOptions } from './options.ts';
import { startImageEngine } from './start-image.ts';
import { startRootfsEngine } from './start-rootfs.ts';

/** Starts the engine of a recipe. Throws EngineError with one sentence when this host cannot provide it. */
export async function startEngine(recipe: EngineRecipe, options: StartOptions = {}): Promise<RunningEngine> {
  await assertOpenFiles();
  const { source } = recipe;
  if (source.type === 'rootfs') return startRootfsEngine(recipe, source, options);
  return startImageEngine(recipe, source, options);
}
