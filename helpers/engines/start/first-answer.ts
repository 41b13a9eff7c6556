import { existsSync, type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { askEngine } from '../api.ts';
import { EngineError, NoAnswerError } from '../error.ts';
import { explainFailure, lastWords } from './explain-failure.ts';

/** Longest that an engine may take from its start to its first answer. */
export const START_MS = 30_000;

interface StartedEngine {
  readonly name: string;
  /** Folder of the socket and of `engine.log`. */
  readonly run: string;
  readonly socket: string;
  /** Settles when the engine has ended, with its last lines. */
  readonly ended: Promise<{ readonly lines: readonly string[] }>;
  readonly timeoutMs?: number;
}

/** Waits for an engine's first answer. Throws EngineError when it ends before, or stays silent for `START_MS`. */
export async function untilAnswering(engine: StartedEngine): Promise<void> {
  const { name, run, socket, ended, timeoutMs = START_MS } = engine;
  const over = new AbortController();
  const died = ended.then(({ lines }) => {
    throw new EngineError(`The engine ${name} ended while it started: ${explainFailure(lines)}`);
  });
  const silent = setTimeout(timeoutMs, undefined, { signal: over.signal }).then(async () => {
    const log = await readFile(join(run, 'engine.log'), 'utf8').catch(() => '');
    const words = lastWords(log.split('\n')) ?? 'it wrote no log.';
    throw new NoAnswerError(
      `The engine ${name} did not answer within ${timeoutMs / 1000} s; its last words: ${words}`,
    );
  });
  const answers = firstAnswer(run, socket, over.signal);
  try {
    await Promise.race([died, silent, answers]);
  } finally {
    for (const promise of [died, silent, answers]) promise.catch(() => {});
    over.abort();
  }
}

/** Asks until there is an answer: a socket exists a moment before its owner listens, and nothing tells of that moment. */
async function firstAnswer(folder: string, socket: string, given: AbortSignal): Promise<void> {
  await untilExists(folder, socket, given);
  while (!given.aborted) {
    const refused = await askEngine(`unix://${socket}`, '/_ping', { timeoutMs: START_MS }).then(
      () => false,
      (error: EngineError) => error.code === 'ECONNREFUSED' || error.code === 'ENOENT',
    );
    if (!refused) return;
    await setTimeout(10);
  }
}

function untilExists(folder: string, path: string, given: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      watcher?.close();
      resolve();
    };
    const look = () => {
      if (existsSync(path)) end();
    };
    const watcher = watchFolder(folder, look);
    given.addEventListener('abort', end, { once: true });
    look();
  });
}

/** A folder that is gone went with its engine: there is nothing to wait for, and `ended` tells why. */
function watchFolder(folder: string, look: () => void): FSWatcher | undefined {
  try {
    return watch(folder, look);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
