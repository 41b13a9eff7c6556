import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { EngineError } from '../error.ts';
import { stopAtEnd } from './stop-at-end.ts';

/** Absolute path of one of the scripts that run outside this process. */
export const scriptPath = (name: string): string =>
  join(projectFolder('helpers/engines/start/scripts'), name);

export interface SupervisedOptions {
  /** Namespaces beside PID and mount, as options of unshare(1). */
  readonly namespaces?: readonly string[];
  /** In a user namespace, where the caller counts as root. Default: for every caller who is not root. */
  readonly userNamespace?: boolean;
  /** Folder for the process number, removed when everything has ended. */
  readonly run: string;
  /** Control group to remove, below each hierarchy's root. */
  readonly cgroup?: string;
  readonly command: readonly string[];
  /** Fills the folder, which is made where there is none, before the command starts. */
  readonly prepare?: () => Promise<void>;
  /** Each line of standard output and standard error. */
  readonly onLine?: (line: string) => void;
}

export interface Supervised {
  /** Settles when nothing is left: process ended, folder removed. */
  readonly ended: Promise<{ readonly status: number | null; readonly lines: readonly string[] }>;
  /** Settles when the command has been started, or never will be. */
  readonly begun: Promise<void>;
  /** Ends everything and waits for `ended`. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Runs a command in private PID and mount namespaces that end with this process, even when it is killed: their first
 * process reads a pipe that only this process holds.
 */
export function supervise(options: SupervisedOptions): Supervised {
  const { userNamespace = process.getuid?.() !== 0, namespaces = [] } = options;
  const user = userNamespace ? ['--user', '--map-root-user'] : [];
  const unshare = [...user, '--mount', '--pid', ...namespaces].join(' ');
  const child: ChildProcess = spawn(
    'sh',
    [
      ...[scriptPath('supervise.sh'), unshare, options.run, options.cgroup ?? ''],
      ...['sh', scriptPath('init.sh'), options.run, ...options.command],
    ],
    // A session of its own: Ctrl-C in the terminal reaches the suite, which then decides.
    { detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let isReady = false;
  let failure: unknown;
  const prepare = async () => {
    isReady = true;
    try {
      await options.prepare?.();
      child.stdin?.write('go\n');
    } catch (error) {
      failure = error;
      child.stdin?.end();
    }
    begin();
  };
  const onLine = (line: string) => {
    if (!isReady && line === 'ready') return void prepare();
    lines.push(line);
    if (lines.length > 200) lines.shift();
    options.onLine?.(line);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) readLines(stream, onLine);
  child.stdin?.on('error', () => {});
  const ended = new Promise<{ status: number | null; lines: readonly string[] }>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new EngineError(`Cannot start a shell for the engine: ${cause.message}.`)),
    );
    child.once('close', (status) => {
      begin();
      if (failure === undefined) resolve({ status, lines });
      else reject(failure);
    });
  });
  const stop = async (): Promise<void> => {
    child.stdin?.end();
    await ended.catch(() => {});
  };
  const forget = stopAtEnd(stop);
  ended.then(forget, forget);
  return { ended, begun, stop };
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split(/[\r\n]/);
    rest = (parts.pop() ?? '').slice(-4096);
    for (const line of parts) if (line !== '') onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}
