import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { quoteForShell, quoteWord } from '../common/escape.ts';
import { projectFolder } from '../common/project-files.ts';
import type { CommandResult } from './answers.ts';
import { runCommand } from './command.ts';
import type { CompilerImage, EngineHandle } from './engine-model.ts';
import { EngineError } from './error.ts';
import type { TellProgress } from './start/rootfs.ts';
import { oneLine } from './step-error.ts';
import { limitMs, RUN_LIMIT } from './time-limits.ts';

/** What compiles the program where this host cannot. */
const DEFAULT_IMAGE = 'gcc:14';

/** Node's words for what Go, and so every engine, calls otherwise. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };
const SYSTEMS: Readonly<Record<string, string>> = { darwin: 'macOS', win32: 'Windows' };

/** A gcc with a static C library. */
export async function hasCompiler(): Promise<boolean> {
  const { exitCode, stdout } = await runCommand(['gcc', '-print-file-name=libc.a']);
  // Of a file that it does not find gcc prints the bare name.
  return exitCode === 0 && stdout.trim() !== 'libc.a';
}

/** The host, as far as it decides on the compiler. */
export interface CompilerHost {
  readonly system: string;
  readonly architecture: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether there is a gcc with a static C library. */
  hasCompiler(): Promise<boolean>;
}

const THIS_HOST: CompilerHost = {
  system: process.platform,
  architecture: process.arch,
  environment: process.env,
  hasCompiler,
};

/** The image that `SCRATCH_COMPILER=image:NAME` names. Throws `EngineError` for anything else. */
export function askedImage(environment: NodeJS.ProcessEnv): string | undefined {
  const text = environment['SCRATCH_COMPILER'];
  if (text === undefined || text === '') return undefined;
  const [, reference] = /^image:([\w.][\w.:/@-]*)$/.exec(text) ?? [];
  if (reference !== undefined) return reference;
  throw new EngineError(
    `SCRATCH_COMPILER is ${quoteWord(text)}, which names no image; write image:NAME, for example image:${DEFAULT_IMAGE}, or set CC to a compiler of this host.`,
  );
}

/**
 * The image in which the program for this engine is compiled: the one asked for, or the default where the host has no
 * compiler for it. Undefined: the host's own compiler does it.
 */
export async function chooseCompiler(
  { stack, dockerHost }: Pick<EngineHandle, 'stack' | 'dockerHost'>,
  host = THIS_HOST,
): Promise<CompilerImage | undefined> {
  const { environment } = host;
  const asked = askedImage(environment);
  if (asked !== undefined) return { reference: asked, why: 'SCRATCH_COMPILER asks for it' };
  if (environment['CC'] || dockerHost === undefined) return undefined;
  const why = whyNotHere(stack.platform, host) ?? (await whyNoCompiler(host));
  return why === undefined ? undefined : { reference: DEFAULT_IMAGE, why };
}

function whyNotHere(platform = '', { system, architecture }: CompilerHost): string | undefined {
  if (system !== 'linux') return `this host is ${SYSTEMS[system] ?? system}`;
  const [, wanted] = platform.split('/');
  const own = ARCHITECTURES[architecture] ?? architecture;
  if (wanted === undefined || wanted === own) return undefined;
  return `the engine is for ${wanted}, this host for ${own}`;
}

async function whyNoCompiler(host: CompilerHost): Promise<string | undefined> {
  return (await host.hasCompiler()) ? undefined : 'this host has no gcc with a static C library';
}

/** Chooses the compiler for an engine and, where it is an image, has the engine fetch it before a step is measured. */
export async function provideCompiler(handle: EngineHandle, onProgress: TellProgress): Promise<EngineHandle> {
  const chosen = await chooseCompiler(handle);
  if (chosen === undefined) return handle;
  const { reference, why } = chosen;
  onProgress(
    `The program is compiled in a container of the image ${reference}: ${why}. The engine fetches the image if it lacks it; SCRATCH_COMPILER=image:NAME names another.`,
  );
  const fetched = await inContainer(handle, reference, [], { timeoutMs: limitMs(RUN_LIMIT) });
  const compiler =
    fetched.exitCode === 0
      ? chosen
      : { ...chosen, problem: `the engine cannot fetch the image ${reference}: ${oneLine(fetched.stderr)}` };
  return { ...handle, compiler, stack: { ...handle.stack, compiler: `image ${reference} (${why})` } };
}

/** Does in a container what the compiler would do in a folder of this host. */
export async function compileInContainer(
  handle: EngineHandle,
  { reference }: CompilerImage,
  words: readonly string[],
  folder: string,
): Promise<CommandResult> {
  const [compiler = '', ...rest] = words;
  const mount = '-v "$PWD":/w -w /w';
  const shownAs = `docker run --rm ${mount} --entrypoint ${compiler} ${reference} ${rest.join(' ')}`;
  return inContainer(handle, reference, words, { cwd: folder, shownAs });
}

function inContainer(
  handle: EngineHandle,
  reference: string,
  words: readonly string[],
  options: Parameters<typeof runCommand>[1],
): Promise<CommandResult> {
  return runCommand([...wordsInContainer(reference), ...words], {
    ...{ folder: handle.workDir, ...options },
    environment: { ...variablesOf(handle), TMPDIR: handle.workDir },
  });
}

/** What stands before a compiler's own words. */
function wordsInContainer(reference: string): readonly string[] {
  const script = join(projectFolder('helpers/engines/start/scripts'), 'compile-in-container.js');
  return [process.execPath, script, reference];
}

/** Which engine the container runs on, and whose it is. */
function variablesOf({ dockerHost = '', toolEnvironment, runId }: EngineHandle) {
  return { ...toolEnvironment, DOCKER_HOST: dockerHost, SCRATCH_RUN_ID: runId };
}

/** For lines that are typed as they are documented: `gcc` is found first on PATH, and does its work in the container. */
export async function putCompilerOnPath(handle: EngineHandle): Promise<void> {
  if (handle.compiler === undefined) return;
  const folder = join(handle.workDir, 'programs');
  await mkdir(folder);
  const variables = Object.entries(variablesOf(handle)).map(([name, value]) => `${name}=${value}`);
  const words = ['env', ...variables, ...wordsInContainer(handle.compiler.reference), 'gcc'];
  const text = `#!/bin/sh\nexec ${words.map(quoteForShell).join(' ')} "$@"\n`;
  await writeFile(join(folder, 'gcc'), text, { mode: 0o755 });
  process.env['PATH'] = [folder, process.env['PATH']].join(delimiter);
}
