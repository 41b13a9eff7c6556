import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { Header } from 'tar';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const BUNDLER = `${ROOT}helpers/cli/run.js`;
const BUNDLE = `${ROOT}.build/cli.js`;
const TIMEOUT_MS = 30_000;

export interface CliResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

interface CliOptions {
  /** Default: the root of the project. */
  readonly cwd?: string;
}

interface ProcessOptions extends CliOptions {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

let building: Promise<unknown> | undefined;

/** Builds the bundle from source, as `npm run check` does. Once for each worker of vitest. */
export async function buildCli(): Promise<void> {
  building ??= execa('node', [BUNDLER, '--build-only']);
  await building;
}

type Runner = (args: readonly string[], cwd: string) => Promise<CliResult>;
let runner: Runner | undefined;

/** For `beforeAll`: builds the bundle, and starts the process in which `cli` runs it. It ends with the file of specs. */
export async function startCli(): Promise<() => Promise<void>> {
  await buildCli();
  const child = fork(join(import.meta.dirname, 'command-process.js'), { cwd: ROOT });
  const ended = once(child, 'exit');
  let last: Promise<unknown> = Promise.resolve();
  runner = (args, cwd) => {
    const run = last.then(async () => {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      child.send({ args, cwd });
      const [result] = await Promise.race([
        once(child, 'message', { signal }),
        ended.then(() => {
          throw new Error(`the process of the command ended in ${JSON.stringify(args)}`);
        }),
      ]);
      return result;
    });
    last = run.catch(() => {});
    return run;
  };
  return async () => {
    runner = undefined;
    child.kill();
    await ended;
  };
}

/** Runs the bundle as a user would, one command after the other in the process of `startCli`. */
export function cli(args: readonly string[], { cwd = ROOT }: CliOptions = {}): Promise<CliResult> {
  if (runner === undefined) throw new Error('beforeAll(startCli) is missing');
  return runner(args, cwd);
}

/** The same in a process of its own, for what is about the process: its input, its environment, its end. */
export async function cliProcess(
  args: readonly string[],
  { input, env = {}, cwd = ROOT }: ProcessOptions = {},
): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await execa('node', [BUNDLE, ...args], {
    cwd,
    env,
    reject: false,
    stripFinalNewline: false,
    timeout: TIMEOUT_MS,
    ...(input && { input }),
  });
  return { code: exitCode, stdout, stderr };
}

export function recordedArchive(path: string): string {
  return `fixtures/archives/${path}`;
}

/** A tar of regular files, for archives that no tool would write. */
export function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(512);
    new Header({
      path,
      mode: 0o644,
      uid: 0,
      gid: 0,
      size: bytes.length,
      mtime: new Date(0),
      type: 'File',
    }).encode(header);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
