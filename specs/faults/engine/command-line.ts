import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectFolder } from '../../../helpers/project-files.ts';

export interface CommandLine {
  readonly child: ChildProcess;
  /** Everything written so far, standard output and standard error. */
  readonly text: () => string;
  /** Resolves with the match as soon as the text has it; rejects when the command ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  readonly exitCode: Promise<number | null>;
}

/** Starts the suite's own command line as a process of its own; `leading` wraps it. */
export function commandLine(
  args: readonly string[],
  { environment = {}, leading = [] }: { environment?: NodeJS.ProcessEnv; leading?: readonly string[] } = {},
): CommandLine {
  const [program = '', ...rest] = [
    ...leading,
    process.execPath,
    join(projectFolder('helpers/cli'), 'run.js'),
    ...args,
  ];
  const child = spawn(program, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
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
