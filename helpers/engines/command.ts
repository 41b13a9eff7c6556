import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';
import type { CommandResult } from './answers.ts';
import { OUTPUT_BYTES, SAVE_BYTES, saysTooMuch } from './byte-budgets.ts';
import type { EngineHandle, ToolName } from './engine-model.ts';
import { isLimited, underWay, whenStepEnds } from './limited.ts';
import { limitMs, STEP_LIMIT } from './time-limits.ts';

/** Names the folder that a command works for: what is still there when the folder goes is ended first. */
const FOLDER_VARIABLE = 'SCRATCH_COMMAND_FOLDER';

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Shown instead of the real command, which may name private folders. */
  readonly shownAs?: string;
  /** Longest that the command may take. Default: the limit of its step. */
  readonly timeoutMs?: number;
  /** A folder of the run that the command works for. Default: `cwd`. */
  readonly folder?: string;
  /**
   * Standard input stays open and silent, and so does descriptor 3, which ends once standard output holds this text or
   * this process is gone. Default: standard input is empty.
   */
  readonly releasedBy?: string;
}

/**
 * Runs a command to its end, in a session of its own. Never throws: a command that cannot be started has exit code 127,
 * one that hangs 124. When its step is given up, it is ended with all that it has started.
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { cwd, environment, folder = cwd, releasedBy } = options;
  const command = options.shownAs ?? [program, ...args].join(' ');
  const subprocess = execa(program, args, {
    reject: false,
    stdio: releasedBy === undefined ? ['ignore', 'pipe', 'pipe'] : ['pipe', 'pipe', 'pipe', 'pipe'],
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES,
    detached: true,
    ...(cwd !== undefined && { cwd }),
    env: { ...environment, ...(folder !== undefined && { [FOLDER_VARIABLE]: folder }) },
  });
  if (releasedBy !== undefined) releaseOnce(subprocess, releasedBy);
  const { timeoutMs = isLimited() ? undefined : limitMs(STEP_LIMIT) } = options;
  const late = endInTime(subprocess, timeoutMs);
  const result = await underWay(command, subprocess);
  const [exitCode, note] = late()
    ? [124, `no end within ${(timeoutMs ?? 0) / 1000} s`]
    : [result.exitCode ?? 127, result.exitCode === undefined ? String(result.shortMessage) : ''];
  if (result.isMaxBuffer)
    return { command, exitCode: 125, stdout: '', stderr: `it ${saysTooMuch(OUTPUT_BYTES)}` };
  const stderr = result.stderr ?? '';
  return { command, exitCode, stdout: result.stdout ?? '', stderr: stderr === '' ? note : stderr };
}

/** Ends a command's whole session when its time is over or its step is given up; answers whether its time was over. */
function endInTime(
  subprocess: Pick<ChildProcess, 'pid' | 'once' | 'stdout' | 'stderr'>,
  timeoutMs: number | undefined,
): () => boolean {
  let late = false;
  const kill = () => {
    try {
      if (subprocess.pid !== undefined) process.kill(-subprocess.pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  };
  const expire = () => {
    late = true;
    kill();
  };
  const alarm = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  for (const stream of [subprocess.stdout, subprocess.stderr]) {
    let size = 0;
    stream?.on('data', (chunk: Buffer | string) => {
      size += chunk.length;
      if (size > OUTPUT_BYTES) kill();
    });
  }
  const forget = whenStepEnds(kill);
  subprocess.once('close', () => {
    clearTimeout(alarm);
    forget();
  });
  return () => late;
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

/** No file that a tool writes grows without end: an archive that never ends would fill the disk. In blocks of 512 bytes. */
const LIMIT_FILES = ['sh', '-c', 'ulimit -f "$1"; shift; exec "$@"', 'sh', String(SAVE_BYTES / 512)];

/** The same for a command that writes what an engine sends: no file of it grows beyond the largest archive. */
export async function runWithLimitedFiles(
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await runCommand([...LIMIT_FILES, ...words], { shownAs: words.join(' '), ...options });
  if (result.exitCode === 0 || !/SIGXFSZ|file size limit|file too large/i.test(result.stderr)) return result;
  return { ...result, stderr: `the engine ${saysTooMuch(SAVE_BYTES)}` };
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
  return runWithLimitedFiles([...words, ...args], {
    ...{ shownAs, folder: handle.workDir, ...options, environment },
  });
}

/** The command-line client of the engine's family. */
export function clientOf(handle: EngineHandle): ToolName {
  return handle.family === 'docker' ? 'docker' : 'podman';
}
