import { spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';

export interface Measured {
  /** Wall time of the whole process, start included. */
  readonly seconds: number;
  /** Peak resident memory in megabytes; only where it was asked for. */
  readonly megabytes?: number;
  readonly exitCode: number;
}

/** Runs a command to its end with its output thrown away. */
export function measure(command: readonly [string, ...string[]], input?: string): Promise<Measured> {
  const [program, ...args] = command;
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: [input === undefined ? 'ignore' : openSync(input, 'r'), 'ignore', 'ignore'],
    });
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ seconds: (performance.now() - started) / 1000, exitCode: code ?? -1 }),
    );
  });
}

/** The same for a Node script, with its peak memory as it reports it itself when it exits. */
export function measureMemory(script: string, args: readonly string[], file: string): Promise<Measured> {
  const hook = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;
  const node = process.execPath;
  return measure([
    node,
    '--import',
    `data:text/javascript,${encodeURIComponent(hook)}`,
    script,
    ...args,
  ]).then((measured) => ({ ...measured, megabytes: Number(readFileSync(file, 'utf8')) / 1024 }));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Whether a program can be started at all. */
export async function isInstalled(program: string, ...args: readonly string[]): Promise<boolean> {
  return measure([program, ...args]).then(
    () => true,
    () => false,
  );
}
