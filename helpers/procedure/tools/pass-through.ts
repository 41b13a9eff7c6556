import { execFile } from 'node:child_process';
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillWords } from '../../consumers/methods/command-answer.ts';
import { EngineError } from '../../engines/error.ts';
import type { Chain, ToolEnding, ToolForm } from '../../requirements/tools/passage.ts';
import { failureOf, unexpectedLines } from './ending.ts';
import type { RunningTool } from './start.ts';

/** Longest time that one command may take. */
const COMMAND_MS = 60_000;

/** An image that goes through tools, in one file. */
export interface ToolInput {
  /** `docker-26-hello` */
  readonly name: string;
  /** What is special about it, as recipes name it. */
  readonly kind: string;
  /** As which forms a tool can read it. */
  readonly forms: readonly ToolForm[];
  readonly bytes: Uint8Array;
  /** Names and tags in the order of the archive; only such as no command can misunderstand. */
  readonly names: readonly string[];
  readonly refs: readonly string[];
}

/** What a chain left. */
export interface Left {
  readonly ending: ToolEnding;
  /** Path of the output, which may not exist. Absent when the commands did not end well. */
  readonly path?: string;
  /** Whether something, and something other than nothing, stands there. */
  readonly found?: 'absent' | 'empty' | 'present';
  remove(): Promise<void>;
}

let passages = 0;

/** Sends one image through one chain. The caller reads what is left, and then removes it. */
export async function passThrough(
  { recipe, sandbox }: RunningTool,
  chain: Chain,
  input: ToolInput,
): Promise<Left> {
  const number = String(++passages);
  const folder = join(sandbox.work, number);
  await mkdir(folder);
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const place = await layOut(input, chain.reads, folder);
    const layers = await layersFor(chain, folder);
    const values = valuesOf(input, {
      ...{ input: place, output: join(folder, 'output'), work: folder, number, ...layers },
      socket: sandbox.run.socket,
    });
    const ending = await runCommands(chain, values, recipe.usualWords, sandbox);
    if (ending.status !== 'done') return { ending, remove };
    const [path = ''] = fillWords([chain.output ?? '{output}'], values.one);
    return { ending, path, found: await whatStandsAt(path), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Why a chain has nothing to say of an input, in one sentence; undefined when it can take it. */
export function whyNotTaken({ commands }: Chain, { name, names, refs }: ToolInput): string | undefined {
  const words = commands.flat().join(' ');
  if (names.length === 0 && /\{names?\}/.test(words)) return `the input ${name} has no name`;
  if (refs.length === 0 && words.includes('{ref}')) return `the input ${name} has no reference name`;
  return undefined;
}

function valuesOf({ names, refs }: ToolInput, more: Readonly<Record<string, string>>): Values {
  return { one: { ...more, name: names[0] ?? '', ref: refs[0] ?? '' }, names };
}

interface Values {
  readonly one: Readonly<Record<string, string>>;
  readonly names: readonly string[];
}

async function runCommands(
  { commands }: Chain,
  values: Values,
  usual: readonly string[],
  { execute }: RunningTool['sandbox'],
): Promise<ToolEnding> {
  const said: string[] = [];
  for (const command of commands) {
    const argv = fillCommand(command, values);
    const end = await execute({ argv, timeoutMs: COMMAND_MS });
    const failure = failureOf(end, command.join(' '));
    if (failure) return failure;
    said.push(...unexpectedLines(end.stderr, usual));
  }
  return { status: 'done', said };
}

/** `{names}` stands for one word each; everything else stays inside its own word. */
function fillCommand(command: readonly string[], { one, names }: Values): readonly string[] {
  return command.flatMap((word) => (word === '{names}' ? names : fillWords([word], one)));
}

/** The input in the form that the chain reads; the folders are unpacked as everybody does it, with tar. */
async function layOut({ name, bytes }: ToolInput, form: ToolForm, folder: string): Promise<string> {
  const file = join(folder, 'input.tar');
  await writeFile(file, bytes);
  if (form === 'docker-archive' || form === 'oci-archive') return file;
  const place = join(folder, 'input');
  await mkdir(place);
  const options = [
    '--extract',
    '--file',
    file,
    '--directory',
    place,
    '--no-same-owner',
    '--no-same-permissions',
  ];
  await runTar(options, `The input ${name} cannot be unpacked`);
  return place;
}

/** Layers of one file that chains add: `{layer}` holds /added, `{lower}` holds /added-below. */
async function layersFor({ commands }: Chain, folder: string): Promise<Readonly<Record<string, string>>> {
  const words = commands.flat().join(' ');
  const files: Record<string, string> = {};
  for (const [name, path] of [['layer', 'added'] as const, ['lower', 'added-below'] as const]) {
    if (!words.includes(`{${name}}`)) continue;
    await writeFile(join(folder, path), `${path}\n`);
    files[name] = join(folder, `${name}.tar`);
    const plain = [
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=0644',
      '--mtime=@0',
      '--format=ustar',
    ];
    const options = ['--create', '--file', files[name], '--directory', folder, ...plain, path];
    await runTar(options, `The layer ${name} cannot be written`);
  }
  return files;
}

function runTar(options: readonly string[], failure: string): Promise<void> {
  const environment = { timeout: COMMAND_MS, env: { ...process.env, LC_ALL: 'C' } };
  return new Promise((resolve, reject) => {
    execFile('tar', options, environment, (error, _, stderr) =>
      error ? reject(new EngineError(`${failure}: tar: ${stderr.split('\n', 1)[0]}`)) : resolve(),
    );
  });
}

async function whatStandsAt(path: string): Promise<NonNullable<Left['found']>> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 'absent';
  if (found.isDirectory()) return (await readdir(path)).length === 0 ? 'empty' : 'present';
  return found.size === 0 ? 'empty' : 'present';
}
