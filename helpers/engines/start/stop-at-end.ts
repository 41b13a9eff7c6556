import { constants } from 'node:os';

type Stop = () => Promise<void>;

const running = new Set<Stop>();
/** What uses engines: it ends before they do. */
const users = new Set<Stop>();
let signalled = false;

/** Remembers how to end something that this process started; the result forgets it again. */
export function stopAtEnd(stop: Stop): () => void {
  running.add(stop);
  return () => running.delete(stop);
}

/** The same for what works on an engine, such as a worker: it has ended before any engine goes. */
export function stopFirstAtEnd(stop: Stop): () => void {
  users.add(stop);
  return () => users.delete(stop);
}

/** Ends everything that is still remembered. Never rejects. */
export async function stopEverything(): Promise<void> {
  await Promise.allSettled([...users].map((stop) => stop()));
  await Promise.allSettled([...running].map((stop) => stop()));
}

/**
 * From now on SIGINT, SIGTERM and SIGHUP end everything started and then this process, with the shell's exit code
 * (128 and the signal's number). A second signal ends this process at once; the engines notice that by themselves.
 */
export function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const code = 128 + constants.signals[signal];
    let seen = false;
    process.on(signal, () => {
      if (seen) process.exit(code);
      seen = true;
      signalled = true;
      void stopEverything().then(() => process.exit(code));
    });
  }
}

/**
 * Settles at once, unless a signal is ending this process: then never. What was gathered meanwhile is worth nothing,
 * for the signal has reached the children too.
 */
export function unlessSignalled(): Promise<void> {
  return signalled ? new Promise(() => {}) : Promise.resolve();
}
