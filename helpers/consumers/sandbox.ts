import { spawn } from 'node:child_process';
import { type FileHandle, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EngineError } from '../engines/error.ts';
import type { RootfsSource } from '../engines/recipe.ts';
import { newRunId } from '../engines/start/options.ts';
import { provideRootfs, type TellProgress } from '../engines/start/rootfs.ts';
import { fill, makeRunFolder, type RunFolder, writeFiles } from '../engines/start/run-folder.ts';
import { type Supervised, scriptPath, supervise } from '../engines/start/supervise.ts';

/** What runs in the root file system of a consumer for as long as it is used. */
export interface SandboxStart {
  /** The daemon; absent for tools that need none. `{socket}` and `{cgroup}` are filled in. */
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly cgroup2?: 'private';
  /** Files written into the root, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface Command {
  readonly argv: readonly string[];
  readonly timeoutMs: number;
}

export interface CommandEnd {
  /** Exit code; null when a signal ended it. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** A root file system of Debian packages in private namespaces, in which commands are run. */
export interface Sandbox {
  readonly run: RunFolder;
  /** A host folder that the commands see under the same path. */
  readonly work: string;
  /** Settles when everything has ended, with the last lines. */
  readonly ended: Promise<{ readonly lines: readonly string[] }>;
  /** False once the daemon has ended by itself. */
  isRunning(): boolean;
  /** What the daemon wrote, also after its end. */
  log(): Promise<readonly string[]>;
  /** Processor time of the daemon so far; undefined once it is gone. */
  processorSeconds(): Promise<number | undefined>;
  execute(command: Command): Promise<CommandEnd>;
  /** Path on the host of an absolute path inside. */
  hostPath(path: string): string;
  stop(): Promise<void>;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Output beyond this is not kept: what a tool says comes out of an archive. */
const MAX_OUTPUT = 256 * 1024;
/** Keeps the namespaces of a tool alive. It is the host's own program: the packages of a tool may hold none. */
const IDLE = ['sleep', '2147483647'];
/** The dump of all goroutines may be long; what went wrong stands before it. */
const MAX_LOG = 16 * 1024 * 1024;
/** Milliseconds where the machine is idle; many seconds where it is not. */
const START_MS = 60_000;

/** Starts private namespaces over the packages. Throws EngineError where this host cannot. */
export async function openSandbox(
  source: RootfsSource,
  start: SandboxStart,
  onProgress?: TellProgress,
): Promise<Sandbox> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new EngineError('A consumer needs root on Linux for its private namespaces.');
  const rootfs = await provideRootfs(source, onProgress);
  const run = await makeRunFolder();
  const supervised = await enter(rootfs, run, start);
  let running = true;
  const ended = supervised.ended.then(
    ({ lines }) => lines,
    (error: Error) => [error.message],
  );
  void ended.then(() => {
    running = false;
  });
  try {
    const pid = await firstProcess(run, ended);
    const entered = (await readFile(join(run.path, 'entered'), 'utf8')).trim();
    const log = await open(join(run.path, 'engine.log'), 'r');
    const prefix = commandPrefix(pid, start.environment ?? {});
    return {
      run,
      work: run.work,
      ended: ended.then((lines) => ({ lines })),
      isRunning: () => running,
      log: () => linesOf(log),
      processorSeconds: () => processorSecondsOf(entered),
      execute: (command) => execute(prefix, command),
      hostPath: (path) => join(`/proc/${entered}/cwd`, path),
      async stop() {
        await supervised.stop();
        await log.close().catch(() => {});
      },
    };
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

async function enter(rootfs: string, run: RunFolder, start: SandboxStart): Promise<Supervised> {
  const { command, environment = {}, files = {}, cgroup2 = 'host' } = start;
  const cgroup = `scratch-conformance-${newRunId()}`;
  const values = { socket: run.socket, cgroup };
  try {
    await writeFiles(join(run.path, 'files'), files, values);
  } catch (error) {
    await rm(run.path, { recursive: true, force: true });
    throw error;
  }
  return supervise({
    run: run.path,
    cgroup,
    userNamespace: false,
    namespaces: ['--net', '--ipc', '--uts'],
    command: [
      ...[
        'sh',
        scriptPath('enter.sh'),
        run.path,
        rootfs,
        process.env['SCRATCH_ENGINE_MEMORY'] || '50%',
        cgroup2,
      ],
      ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      ...(command ? ['chroot', '.', ...command.map((word) => fill(word, values))] : IDLE),
    ],
  });
}

/** Waits until the namespaces have their own root: the process that `init.sh` became is visible from outside. */
async function firstProcess(run: RunFolder, ended: Promise<readonly string[]>): Promise<string> {
  let failure: readonly string[] | undefined;
  void ended.then((lines) => {
    failure = lines;
  });
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; await setTimeout(5)) {
    if (failure)
      throw new EngineError(`A consumer ended while it started: ${failure.at(-1) ?? 'without a word'}.`);
    // The log is opened by the last line of enter.sh, when the new root is in place.
    const isEntered = await readFile(join(run.path, 'engine.log')).then(
      () => true,
      () => false,
    );
    if (isEntered) return (await readFile(join(run.path, 'pid'), 'utf8')).trim();
  }
  throw new EngineError(`Private namespaces for a consumer did not start within ${START_MS / 1000} s.`);
}

/** The end of a file that may be removed by now: it is read through a handle from the time when it was there. */
async function linesOf(log: FileHandle): Promise<readonly string[]> {
  const { size } = await log.stat();
  const start = Math.max(0, size - MAX_LOG);
  const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(size - start), position: start });
  return buffer.toString('utf8', 0, bytesRead).split('\n');
}

/** Of proc(5): utime and stime in hundredths of a second, after the name in parentheses. */
async function processorSecondsOf(pid: string): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) / 100;
}

function commandPrefix(pid: string, environment: Readonly<Record<string, string>>): readonly string[] {
  return [
    ...['env', '-i', `PATH=${PATH}`, 'HOME=/root', 'LC_ALL=C', 'container=scratch-conformance'],
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...['nsenter', `--target=${pid}`, '--mount', '--pid', '--net', '--ipc', '--uts'],
  ];
}

/** Runs a command in the namespaces; at the end of its time the whole process group is killed. */
function execute(prefix: readonly string[], { argv, timeoutMs }: Command): Promise<CommandEnd> {
  const [program = 'env', ...args] = [...prefix, ...argv];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    let timedOut = false;
    const alarm = globalThis.setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.once('error', (cause) => {
      clearTimeout(alarm);
      reject(new EngineError(`Cannot run ${argv[0]} for a consumer: ${cause.message}.`));
    });
    child.once('close', (status, signal) => {
      clearTimeout(alarm);
      resolve({ status, signal, timedOut, stdout: stdout(), stderr: stderr() });
    });
  });
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    if (length < MAX_OUTPUT) chunks.push(chunk);
    length += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8', 0, MAX_OUTPUT);
}
