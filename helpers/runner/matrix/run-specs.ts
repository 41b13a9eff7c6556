import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { stopAtEnd } from '../../engines/start/stop-at-end.ts';
import { oneLine } from '../../engines/step-error.ts';
import type { Progress, Task } from '../../report/progress.ts';
import type { MatrixMessage } from '../matrix-reporter.ts';

/** Runs vitest over a plan in a child process. Answers a sentence when it ended without a result. */
export async function runSpecs(
  root: string,
  environment: Readonly<Record<string, string>>,
  progress: Progress,
  words: readonly string[] = ['run'],
): Promise<string | undefined> {
  const child = fork(vitestProgram(root), [...words, '--config', 'helpers/runner/matrix/vitest.config.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
  });
  const forget = stopAtEnd(async () => {
    child.kill('SIGKILL');
  });
  const follow = followEngines(progress);
  let said = '';
  let done = false;
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said = (said + chunk).slice(-20_000);
  });
  child.on('message', (message: MatrixMessage) => {
    if (message.type === 'end') done = true;
    else follow.tell(message);
  });
  const failure = await new Promise<string | undefined>((settle) => {
    child.once('error', (error) => settle(`vitest cannot be started: ${error.message}.`));
    child.once('close', () => settle(done ? undefined : `the specs ended early: ${lastError(said)}`));
  });
  follow.end();
  forget();
  return failure;
}

export function vitestProgram(root: string): string {
  const require = createRequire(join(root, 'package.json'));
  return join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
}

/** One line of progress for each engine: how many of its judgements are made. */
function followEngines(progress: Progress) {
  const engines = new Map<string, { task: Task; done: number; total: number; failed: number }>();
  return {
    tell(message: Exclude<MatrixMessage, { readonly type: 'end' }>): void {
      const engine = engines.get(message.engine) ?? {
        task: progress.start('judge', message.engine),
        done: 0,
        total: 0,
        failed: 0,
      };
      engines.set(message.engine, engine);
      if (message.type === 'planned') engine.total += message.tests;
      else {
        engine.done += 1;
        if (message.status === 'fail' || message.status === 'error') engine.failed += 1;
      }
      engine.task.update(engine.done, engine.total, 'count');
      if (engine.done < engine.total || engine.total === 0) return;
      engine.task.end(`${engine.done} tests${engine.failed === 0 ? '' : `, ${engine.failed} failed`}`);
      // A further file of the same project begins anew.
      engines.delete(message.engine);
    },
    end(): void {
      for (const { task } of engines.values()) task.end('not finished');
    },
  };
}

function lastError(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  return oneLine(lines.find((line) => /error|cannot|not /i.test(line)) ?? lines.at(-1) ?? 'it said nothing');
}
