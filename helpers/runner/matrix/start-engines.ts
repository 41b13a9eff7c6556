import { fork } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { EngineError } from '../../engines/error.ts';
import { type EngineRecipe, loadRecipe } from '../../engines/recipe.ts';
import { stopAtEnd } from '../../engines/start/stop-at-end.ts';
import type { Progress } from '../../report/progress.ts';
import type { EngineMessage } from './engine-process.ts';
import type { MatrixEngine, UnavailableEngine } from './plan.ts';

/** An engine and the process that owns it. */
export interface OwnedEngine {
  readonly opening: MatrixEngine;
  /** Ends the engine and its process. Safe to call twice. */
  stop(): Promise<void>;
}

export interface StartedEngines {
  readonly running: readonly OwnedEngine[];
  readonly unavailable: readonly UnavailableEngine[];
  readonly startMs: Readonly<Record<string, number>>;
}

/** How an engine is opened; replaced in tests. Rejects with `EngineError`. */
export type Open = (recipe: EngineRecipe, onProgress: (line: string) => void) => Promise<OwnedEngine>;

/** Longest that an engine may take to answer, making its root file system included. */
const START_MS = 900_000;
/** Longest that it may take to go. */
const STOP_MS = 30_000;

/**
 * Starts engines side by side. One that this host cannot provide is told with its reason, and the others go on.
 * Throws only for a recipe that cannot be read.
 */
export async function startEngines(
  names: readonly string[],
  progress: Progress,
  open: Open = openInProcess,
): Promise<StartedEngines> {
  const recipes = await Promise.all(names.map((name) => loadRecipe(name)));
  const results = await Promise.all(recipes.map((recipe) => tryOpen(recipe, progress, open)));
  return {
    running: results.flatMap((result) => ('engine' in result ? result.engine : [])),
    unavailable: results.flatMap((result) => ('unavailable' in result ? result.unavailable : [])),
    startMs: Object.fromEntries(
      results.flatMap((result) =>
        'engine' in result ? [[result.engine.opening.engine.name, result.ms]] : [],
      ),
    ),
  };
}

type Result =
  | { readonly engine: OwnedEngine; readonly ms: number }
  | { readonly unavailable: UnavailableEngine };

async function tryOpen(recipe: EngineRecipe, progress: Progress, open: Open): Promise<Result> {
  const { name, title, family, expectedVersion: version, source } = recipe;
  const task = progress.start('start', name);
  const began = performance.now();
  try {
    const engine = await open(recipe, (line) => progress.note(`${name}: ${line}`));
    const { stack } = engine.opening.engine;
    task.end(`${stack.engine} ${stack.version}${stack.store ? `, ${stack.store}` : ''}`);
    return { engine, ms: Math.round(performance.now() - began) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    task.end('unavailable');
    return { unavailable: { name, title, family, version, origin: source.type, reason: error.message } };
  }
}

/** Opens an engine in a process of its own, which ends with this one. */
export function openInProcess(
  { name }: Pick<EngineRecipe, 'name'>,
  onProgress: (line: string) => void,
  program = join(projectFolder('.build'), 'engine-process.js'),
): Promise<OwnedEngine> {
  const child = fork(program, [name], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-5_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async () => {
    // The child may be going by itself at this moment.
    if (child.connected) child.send('stop', () => {});
    const alarm = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(alarm);
    forget();
  };
  const forget = stopAtEnd(stop);
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) => {
      void stop();
      reject(new EngineError(reason));
    };
    const alarm = setTimeout(() => refuse(`${name} did not start within ${START_MS / 1000} s.`), START_MS);
    child.on('message', (message: EngineMessage) => {
      if (message.type === 'progress') return onProgress(message.line);
      clearTimeout(alarm);
      if (message.type === 'open') resolve({ opening: message.opening, stop });
      else refuse(message.reason);
    });
    void ended.then(() => {
      clearTimeout(alarm);
      refuse(`the process of ${name} ended early: ${words.trim().split('\n').at(-1) || 'it said nothing'}.`);
    });
  });
}
