import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';

export interface CommandLine {
  readonly child: ChildProcess;
  /** Everything written so far, standard output and standard error. */
  readonly text: () => string;
  /** Resolves with the match as soon as the text has it; rejects when the command ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

const SOURCE = join(projectFolder('helpers/cli'), 'run.js');

/** Bundles the command line, for callers that may not write to this project. Returns the bundle. */
export async function bundle(): Promise<string> {
  await promisify(execFile)(process.execPath, [SOURCE, '--build-only']);
  return join(projectFolder('.build'), 'cli.js');
}

/** Starts the suite's own command line as a process of its own; `leading` wraps it. */
export function commandLine(
  args: readonly string[],
  {
    environment = {},
    leading = [],
    program: file = SOURCE,
  }: { environment?: NodeJS.ProcessEnv; leading?: readonly string[]; program?: string } = {},
): CommandLine {
  const [program = '', ...rest] = [...leading, process.execPath, file, ...args];
  const child = spawn(program, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // A test that fails must not leave an engine running.
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      for (const look of waiting) look();
    });
  }
  return {
    child,
    text: () => text,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match) resolve(match);
        };
        waiting.add(look);
        child.once('close', () => reject(new Error(`The command ended without ${pattern}: ${text}`)));
        look();
      }),
    exitCode: once(child, 'close').then(([code]) => code as number | null),
  };
}
