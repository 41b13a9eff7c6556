import { setTimeout } from 'node:timers/promises';
import { IDLE_MS, TAKE_CPU_SECONDS } from '../method.ts';
import type { Sandbox } from '../sandbox.ts';

/** How often the clock of a daemon is read. */
const STEP_MS = 250;

type Pause = (over: AbortSignal) => Promise<void>;

function pauseStep(over: AbortSignal): Promise<void> {
  return setTimeout(STEP_MS, undefined, { signal: over }).catch(() => {});
}

/**
 * Runs `work` and aborts it when the daemon hangs. The daemon's own processor time counts, not the clock on the wall: on
 * a busy machine a daemon that crashes after ten seconds of computing would otherwise seem to hang.
 */
export async function watchDaemon<T>(
  sandbox: Pick<Sandbox, 'processorSeconds'>,
  work: (signal: AbortSignal) => Promise<T>,
  pause: Pause = pauseStep,
): Promise<T> {
  const hangs = new AbortController();
  const done = new AbortController();
  const watching = watch(sandbox, hangs, done.signal, pause);
  try {
    return await work(hangs.signal);
  } finally {
    done.abort();
    await watching;
  }
}

async function watch(
  { processorSeconds }: Pick<Sandbox, 'processorSeconds'>,
  hangs: AbortController,
  done: AbortSignal,
  pause: Pause,
): Promise<void> {
  const start = await processorSeconds();
  let last = start;
  let idleMs = 0;
  while (!done.aborted) {
    await pause(done);
    const now = await processorSeconds();
    if (start === undefined || now === undefined) continue;
    idleMs = now === last ? idleMs + STEP_MS : 0;
    last = now;
    if (now - start > TAKE_CPU_SECONDS) hangs.abort(`no answer: it computes for ${TAKE_CPU_SECONDS} s`);
    if (idleMs > IDLE_MS) hangs.abort(`no answer: it does nothing for ${IDLE_MS / 1000} s`);
  }
}
