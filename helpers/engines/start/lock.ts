import { spawn } from 'node:child_process';
import { EngineError } from '../error.ts';

interface Lock {
  release(): Promise<void>;
}

/**
 * Waits for the exclusive lock on a file. The lock is held by flock(1) for as long as its standard input is open, so it
 * ends with this process, however this process ends. `onWait` is called once when somebody else holds it.
 */
export async function acquireLock(file: string, onWait: () => void = () => {}): Promise<Lock> {
  const child = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo locked; exec cat >/dev/null'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => {});
  const waiting = setTimeout(onWait, 500);
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (cause: NodeJS.ErrnoException) =>
        reject(new EngineError(`Cannot lock ${file}: flock of util-linux did not start (${cause.code}).`)),
      );
      child.once('close', () =>
        reject(new EngineError(`Cannot lock ${file}: flock gave up; is the folder writable?`)),
      );
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.includes('locked')) resolve();
      });
    });
  } finally {
    clearTimeout(waiting);
  }
  return {
    async release() {
      child.stdin.end();
      await ended;
    },
  };
}
