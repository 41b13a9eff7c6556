import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { PoolOptions, PoolWorker } from 'vitest/node';
import { once } from '../common/once.ts';
import { projectFolder } from '../common/project-files.ts';
import { stopFirstAtEnd } from '../engines/start/stop-at-end.ts';
import type { BeginMessage } from './begin.ts';

/** A process that waits for vitest to give it tests. It may be started before the engine is there. */
export interface WaitingWorker {
  readonly process: ChildProcess;
  /** Lets it begin the procedure, whose evidence the tests then find gathered or under way. */
  begin(message: BeginMessage): void;
  /** Ends the process. Safe to call twice. */
  stop(): Promise<void>;
}

/** Longest that a worker may take to end after a signal. */
const STOP_MS = 5_000;

export function startWorker(): WaitingWorker {
  const child = fork(join(projectFolder('.build'), 'worker-process.js'), [], {
    stdio: ['ignore', 'ignore', process.env['DEBUG'] ? 'inherit' : 'ignore', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, TEST: 'true', VITEST: 'true', NODE_ENV: 'test', VITEST_MODE: 'RUN' },
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = once(async () => {
    const alarm = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    child.kill();
    await ended;
    clearTimeout(alarm);
    forget();
  });
  // It ends before its engine does: nothing may be writing into the folder of an engine that goes.
  const forget = stopFirstAtEnd(stop);
  // A worker that is gone is told by vitest, which finds no process for its tests.
  const begin = (message: BeginMessage) => void child.send(message, () => {});
  return { process: child, begin, stop };
}

/** Gives vitest its workers: those that wait already, then new ones. */
export function createWorkers(waiting: readonly WaitingWorker[]) {
  const left = [...waiting];
  return (_options: PoolOptions): PoolWorker => workerOf(left.shift() ?? startWorker());
}

function workerOf({ process: child, stop }: WaitingWorker): PoolWorker {
  return {
    name: 'engine',
    on: (event, listen) => child.on(event, listen),
    off: (event, listen) => child.off(event, listen),
    send: (message) => child.send(message),
    deserialize: (data) => data,
    start: async () => {},
    stop,
  };
}
