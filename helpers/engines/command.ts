import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import type { CommandResult } from './answers.ts';
import type { EngineHandle, ToolName } from './model.ts';

/** Longest any one command may take before it is killed. */
export const COMMAND_MS = 60_000;

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shown instead of the real command, which may name private folders. */
  readonly shownAs?: string;
  readonly timeoutMs?: number;
  /**
   * Standard input stays open and silent, and so does descriptor 3, which ends once standard output holds this text or
   * this process is gone. Default: standard input is empty.
   */
  readonly releasedBy?: string;
}

/** Runs a command to its end. Never throws: a command that cannot be started has exit code 127, one that hangs 124. */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  { cwd, environment, shownAs, timeoutMs = COMMAND_MS, releasedBy }: CommandOptions = {},
): Promise<CommandResult> {
  const subprocess = execa(program, args, {
    reject: false,
    stdio: releasedBy === undefined ? ['ignore', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
    stripFinalNewline: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(cwd !== undefined && { cwd }),
    ...(environment && { env: environment }),
  });
  if (releasedBy !== undefined) releaseOnce(subprocess, releasedBy);
  const result = await subprocess;
  const [exitCode, note] = result.timedOut
    ? [124, `no end within ${timeoutMs / 1000} s`]
    : [result.exitCode ?? 127, result.exitCode === undefined ? String(result.shortMessage) : ''];
  const stderr = result.stderr ?? '';
  return {
    command: shownAs ?? [program, ...args].join(' '),
    exitCode,
    stdout: result.stdout ?? '',
    stderr: stderr === '' ? note : stderr,
  };
}

function releaseOnce(
  { stdin, stdout, stdio }: Pick<ChildProcess, 'stdin' | 'stdout' | 'stdio'>,
  text: string,
): void {
  const release = stdio[3];
  let seen = '';
  stdout?.on('data', (chunk: Buffer | string) => {
    seen = (seen + chunk).slice(-4096);
    if (seen.includes(text)) close();
  });
  stdout?.on('close', close);
  function close(): void {
    if (release && 'end' in release) release.end();
    stdin?.end();
  }
}

/** The words that start one of the engine's own tools; `undefined` when the engine has none. */
export function toolWords(handle: EngineHandle, name: ToolName): readonly string[] | undefined {
  return handle.tools[name];
}

/** Runs one of the engine's own tools, shown as a person would type it. */
export async function runTool(
  handle: EngineHandle,
  name: ToolName,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const shownAs = [name, ...args].map((word) => word.replaceAll(`${handle.workDir}/`, '')).join(' ');
  const words = toolWords(handle, name);
  if (words === undefined) {
    return { command: shownAs, exitCode: 127, stdout: '', stderr: `This engine has no ${name}.` };
  }
  const environment = { ...handle.toolEnvironment, ...options.environment };
  // Tools may run behind nsenter or chroot, which keep the environment.
  return runCommand([...words, ...args], { shownAs, ...options, environment });
}

/** The command-line client of the engine's family. */
export function clientOf(handle: EngineHandle): ToolName {
  return handle.family === 'docker' ? 'docker' : 'podman';
}
