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
    // Kept here: execa makes a message of all that a failed command wrote, which takes seconds for some megabytes.
    buffer: false,
    detached: true,
    ...(cwd !== undefined && { cwd }),
    env: { ...environment, ...(folder !== undefined && { [FOLDER_VARIABLE]: folder }) },
  });
  if (releasedBy !== undefined) releaseOnce(subprocess, releasedBy);
  const { timeoutMs = isLimited() ? undefined : limitMs(STEP_LIMIT) } = options;
  const isLate = endInTime(subprocess, timeoutMs);
  const [stdout, stderr] = [keepOutput(subprocess, 'stdout'), keepOutput(subprocess, 'stderr')];
  const result = await underWay(command, subprocess);
  const [exitCode, note] = isLate()
    ? [124, `no end within ${(timeoutMs ?? 0) / 1000} s`]
    : [result.exitCode ?? 127, result.exitCode === undefined ? String(result.shortMessage) : ''];
  const kept = { stdout: stdout(), stderr: stderr() };
  if (kept.stdout === undefined || kept.stderr === undefined)
    return { command, exitCode: 125, stdout: '', stderr: `it ${saysTooMuch(OUTPUT_BYTES)}` };
  return { command, exitCode, stdout: kept.stdout, stderr: kept.stderr || note };
}

/** Ends a command's whole session when its time is over or its step is given up; answers whether its time was over. */
function endInTime(
  subprocess: Pick<ChildProcess, 'pid' | 'once'>,
  timeoutMs: number | undefined,
): () => boolean {
  let isLate = false;
  const expire = () => {
    isLate = true;
    killSession(subprocess);
  };
  const alarm = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  const forget = whenStepEnds(() => killSession(subprocess));
  subprocess.once('close', () => {
    clearTimeout(alarm);
    forget();
  });
  return () => isLate;
}

/** Keeps what a command writes to one stream; more than fits ends its session, and the answer is then `undefined`. */
function keepOutput(
  subprocess: Pick<ChildProcess, 'pid' | 'stdout' | 'stderr'>,
  name: 'stdout' | 'stderr',
): () => string | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  subprocess[name]?.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > OUTPUT_BYTES) killSession(subprocess);
    else chunks.push(chunk);
  });
  return () => (size > OUTPUT_BYTES ? undefined : Buffer.concat(chunks).toString('utf8'));
}

function killSession({ pid }: Pick<ChildProcess, 'pid'>): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
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
