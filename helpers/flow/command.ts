import { execa } from 'execa';
import type { EngineHandle, ToolName } from '../engine/model.ts';
import type { CommandResult } from './evidence.ts';

/** Longest any one command may take before it is killed. */
export const COMMAND_MS = 60_000;

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shown instead of the real command, which may name private folders. */
  readonly shownAs?: string;
  readonly timeoutMs?: number;
  /** `open`: standard input stays open and silent, as at a terminal where nobody types. Default: it is empty. */
  readonly input?: 'open';
}

/** Runs a command to its end. Never throws: a command that cannot be started has exit code 127, one that hangs 124. */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  { cwd, environment, shownAs, timeoutMs = COMMAND_MS, input }: CommandOptions = {},
): Promise<CommandResult> {
  const result = await execa(program, args, {
    reject: false,
    stdin: input === 'open' ? 'pipe' : 'ignore',
    stripFinalNewline: false,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(cwd !== undefined && { cwd }),
    ...(environment && { env: environment }),
  });
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
