import { spawn } from 'node:child_process';
import type { RequestOptions } from 'node:http';
import { EngineError } from '../error.ts';
import { scriptPath } from './supervise.ts';

interface Watchdog {
  /** Sweeps the run and ends the watchdog. Rejects when something could not be removed. */
  stop(): Promise<void>;
}

/**
 * Starts the process that sweeps a run's containers, images and folder when this process has ended in whatever way.
 * It is told the connection through its standard input, so key material is in no argument list.
 */
export function startWatchdog(connection: RequestOptions, runId: string, folder: string): Watchdog {
  const child = spawn(process.execPath, [scriptPath('watchdog.js')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  child.stdin.write(`${JSON.stringify({ connection: plain(connection), runId, folder })}\n`);
  return {
    async stop() {
      child.stdin.end();
      if ((await ended) === 0) return;
      throw new EngineError(
        `Something of the run ${runId} is left in the engine: ${errors.trim().split('\n').at(-1)}.`,
      );
    },
  };
}

/** Keys and certificates are PEM text. */
function plain(connection: RequestOptions): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(connection).map(([key, value]) => [
      key,
      Buffer.isBuffer(value) ? value.toString('utf8') : value,
    ]),
  );
}
