import { askEngine } from './api.ts';
import type { EngineHandle } from './engine-model.ts';
import type { EngineError } from './error.ts';
import { FlowError } from './step-error.ts';
import { limitMs, overLimit, RUN_LIMIT } from './time-limits.ts';

export interface EngineWatch {
  /** Carries out work that is given up when the engine is gone or the run is over. */
  during<T>(step: FlowError['step'], work: (lost: Promise<never>) => Promise<T>): Promise<T>;
}

interface WatchTimes {
  /** From one question to the next. */
  readonly everyMs: number;
  /** Longest wait for an answer, and for that of the second question. */
  readonly answerMs: readonly [number, number];
}

/** An engine that was killed refuses, which is noticed at once; one that is busy has the time of both questions. */
const TIMES: WatchTimes = { everyMs: 1000, answerMs: [5_000, 20_000] };

/**
 * Asks an engine whether it is there, once a second while work is done on it. No answer is asked again before the engine
 * counts as lost: a busy engine is not a dead one. The limit of the run begins here too.
 */
export function watchEngine(handle: EngineHandle, times: WatchTimes = TIMES): EngineWatch {
  const runMs = limitMs(RUN_LIMIT);
  const waiting = new Map<symbol, (reason: string) => void>();
  let lost: string | undefined;
  let asking = false;
  const lose = (reason: string) => {
    lost ??= reason;
    for (const tell of waiting.values()) tell(lost);
  };
  setTimeout(() => lose(`the run ${overLimit(RUN_LIMIT, runMs)}`), runMs).unref();
  const watch = async () => {
    if (asking || handle.dockerHost === undefined) return;
    asking = true;
    while (waiting.size > 0 && lost === undefined) {
      const reason = await whyNoAnswer(handle, times);
      if (reason !== undefined && waiting.size > 0) lose(reason);
      await new Promise((resolve) => setTimeout(resolve, times.everyMs).unref());
    }
    asking = false;
  };
  return {
    async during(step, work) {
      const key = Symbol(step);
      const gone = new Promise<never>((_, reject) => {
        const tell = (reason: string) => reject(lossOf(handle, step, reason));
        waiting.set(key, tell);
        if (lost !== undefined) tell(lost);
      });
      gone.catch(() => {});
      void watch();
      try {
        return await work(gone);
      } finally {
        waiting.delete(key);
      }
    },
  };
}

function lossOf({ name }: EngineHandle, step: FlowError['step'], reason: string): FlowError {
  if (reason.startsWith('the run ')) return new FlowError(step, reason);
  return new FlowError('engine', `${name} was lost during the step ${step}: ${reason}`);
}

/** Asked twice; undefined when there is an answer. */
async function whyNoAnswer(
  { dockerHost = '', toolEnvironment }: EngineHandle,
  { everyMs, answerMs: [first, second] }: WatchTimes,
): Promise<string | undefined> {
  const environment = { ...process.env, ...toolEnvironment };
  const ask = (timeoutMs: number) =>
    askEngine(dockerHost, '/_ping', { timeoutMs, environment }).then(
      () => undefined,
      (error: EngineError) => error.message,
    );
  if ((await ask(first)) === undefined) return undefined;
  await new Promise((resolve) => setTimeout(resolve, everyMs / 2).unref());
  return ask(second);
}
