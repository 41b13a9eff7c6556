import { constants } from 'node:os';
import { whenCallerGone } from './parent.ts';

type Stop = () => Promise<void>;

const running = new Set<Stop>();
/** What uses engines: it ends before they do. */
const users = new Set<Stop>();

/** Registers a clean-up for exit; returns a function that unregisters it. */
export function stopAtEnd(stop: Stop): () => void {
  endWithMainProcess();
  running.add(stop);
  return () => running.delete(stop);
}

/** The same for what works on an engine, such as a worker: it has ended before any engine goes. */
export function stopFirstAtEnd(stop: Stop): () => void {
  users.add(stop);
  return () => users.delete(stop);
}

let isWatching = false;

/** A worker goes on when its main process is killed, a test that hangs above all: what it has started would stay. */
function endWithMainProcess(): void {
  if (isWatching || !process.connected) return;
  isWatching = true;
  process.once('disconnect', () => end('SIGTERM'));
}

/** Ends everything that is still remembered. Never rejects. */
async function stopEverything(): Promise<void> {
  await Promise.allSettled([...users].map((stop) => stop()));
  await Promise.allSettled([...running].map((stop) => stop()));
}

/** A second signal within this time is the same one: npm hands on what the terminal has sent to everybody already. */
const SAME_SIGNAL_MS = 1000;

let listening = false;

/**
 * From now on SIGINT, SIGTERM and SIGHUP, and the end of the package manager that started this process, end everything
 * started and then this process, with the shell's exit code (128 and the signal's number). A second signal, a second
 * later or more, ends this process at once; the engines notice that by themselves.
 */
export function endOnSignals(): void {
  if (listening) return;
  listening = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end(signal));
  whenCallerGone(() => end('SIGTERM'));
}

let signalledAt: number | undefined;

function end(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void {
  const code = 128 + constants.signals[signal];
  if (signalledAt === undefined) {
    signalledAt = performance.now();
    void stopEverything().then(() => process.exit(code));
  } else if (performance.now() - signalledAt > SAME_SIGNAL_MS) process.exit(code);
}

/**
 * Settles at once, unless a signal is ending this process: then never. What was gathered meanwhile is worth nothing,
 * for the signal has reached the children too.
 */
export function unlessSignalled(): Promise<void> {
  return signalledAt !== undefined ? new Promise(() => {}) : Promise.resolve();
}
