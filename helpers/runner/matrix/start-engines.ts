import type { RunningEngine } from '../../engines/engine-model.ts';
import { EngineError, NoAnswerError } from '../../engines/error.ts';
import { type EngineRecipe, loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import type { Progress } from '../../report/progress.ts';
import type { UnavailableEngine } from './plan.ts';

interface StartedEngines {
  readonly running: readonly RunningEngine[];
  readonly unavailable: readonly UnavailableEngine[];
  readonly startMs: Readonly<Record<string, number>>;
}

/** How an engine is started; replaced in tests. Rejects with `EngineError`. */
export type Start = (recipe: EngineRecipe, onProgress: (line: string) => void) => Promise<RunningEngine>;

/**
 * Starts engines side by side. One that this host cannot provide is reported with its reason, and the others go on.
 * Throws only for a recipe that cannot be read.
 */
export async function startEngines(
  names: readonly string[],
  progress: Progress,
  start: Start = (recipe, onProgress) => startEngine(recipe, { onProgress }),
): Promise<StartedEngines> {
  const recipes = await Promise.all(names.map((name) => loadRecipe(name)));
  const results = await Promise.all(recipes.map((recipe) => tryStart(recipe, progress, start)));
  return {
    running: results.flatMap((result) => ('engine' in result ? result.engine : [])),
    unavailable: results.flatMap((result) => ('unavailable' in result ? result.unavailable : [])),
    startMs: Object.fromEntries(
      results.flatMap((result) => ('engine' in result ? [[result.engine.handle.name, result.ms]] : [])),
    ),
  };
}

type Result =
  | { readonly engine: RunningEngine; readonly ms: number }
  | { readonly unavailable: UnavailableEngine };

async function tryStart(recipe: EngineRecipe, progress: Progress, start: Start): Promise<Result> {
  const { name, title, family, expectedVersion: version, source } = recipe;
  const task = progress.start('start', name);
  const began = performance.now();
  try {
    const engine = await start(recipe, (line) => progress.note(`${name}: ${line}`));
    const { stack } = engine.handle;
    task.end(`${stack.engine} ${stack.version}${stack.store ? `, ${stack.store}` : ''}`);
    return { engine, ms: Math.round(performance.now() - began) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    task.end('unavailable');
    const silent = error instanceof NoAnswerError && ({ gaveNoAnswer: true } as const);
    return {
      unavailable: { name, title, family, version, origin: source.type, reason: error.message, ...silent },
    };
  }
}
