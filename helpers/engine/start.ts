import { randomBytes } from 'node:crypto';
import type { EngineHandle, RunningEngine } from './model.ts';
import type { EngineRecipe } from './recipe.ts';
import type { Progress } from './rootfs.ts';
import { startImageEngine } from './start-image.ts';
import { startRootfsEngine } from './start-rootfs.ts';

export interface StartOptions {
  /** Unique to the run; made up when absent. */
  readonly runId?: string;
  readonly onProgress?: Progress;
  /** Shown in reports; default `rootfs`. */
  readonly origin?: string;
  /** For engines from an image: the engine to run it in. Default: the one on this host. */
  readonly outer?: EngineHandle;
  /** Longest wait for the first answer; default 30 s. */
  readonly timeoutMs?: number;
}

/** Starts the engine of a recipe. Throws EngineError with one sentence when this host cannot provide it. */
export function startEngine(recipe: EngineRecipe, options: StartOptions = {}): Promise<RunningEngine> {
  const { source } = recipe;
  if (source.type === 'rootfs') return startRootfsEngine(recipe, source, options);
  return startImageEngine(recipe, source, options);
}

/** A new identifier for a run: lower-case letters and digits, fit for a label value and the first part of an image
 * name. */
export function newRunId(): string {
  return `sc${randomBytes(5).toString('hex')}`;
}
