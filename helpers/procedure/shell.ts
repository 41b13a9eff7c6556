import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Archive } from '../archive/model.ts';
import { quoteForShell } from '../common/escape.ts';
import type { CommandResult, Repeated } from '../engines/answers.ts';
import { ensureFolder, type WrittenContext, writeContext } from '../engines/build-context.ts';
import { type CommandOptions, runCommand, runWithLimitedFiles, toolWords } from '../engines/command.ts';
import { type EngineHandle, isPrivate } from '../engines/engine-model.ts';
import { RUN_LABEL, runUnderTerminal } from '../engines/run-image.ts';
import { runAgainIfSilent } from '../engines/silent-run.ts';
import { FlowError } from '../engines/step-error.ts';
import type {
  ExpectedImage,
  ShellEvidence,
  ShellLine,
  ShellLineId,
} from '../requirements/procedure/evidence.ts';
import { isPlainName, whyUnsafeToUnpack } from './safe-to-unpack.ts';

/** Programs that the procedure's own lines need, beside the engine's client. */
const PROGRAMS = ['sh', 'script', 'tar', 'jq'] as const;

/** Why the lines cannot be typed here, or `undefined`. */
export async function whyNoShell(handle: EngineHandle): Promise<string | undefined> {
  if (toolWords(handle, 'docker') === undefined)
    return 'This engine has no docker command line to type the lines into.';
  const found = await Promise.all(
    PROGRAMS.map((program) => runCommand(['sh', '-c', 'command -v "$1"', 'sh', program])),
  );
  // 124 is no answer in time, which is no absence: the lines themselves then tell whether it is there.
  const missing = PROGRAMS.filter((_, position) => ![0, 124].includes(found[position]?.exitCode ?? 0));
  if (missing.length === 0) return undefined;
  return `The procedure's own lines need ${missing.join(' and ')}, not installed here.`;
}

/** A shell in a folder with the documented context, in which the image was built. */
interface BuiltInShell {
  readonly folder: string;
  readonly options: CommandOptions;
  /** Of the image. */
  readonly name: string;
  readonly line: ShellLine;
}

/** Types the first line of the procedure about images. Throws `FlowError` where there is no such command. */
export async function buildInShell(handle: EngineHandle, context: WrittenContext): Promise<BuiltInShell> {
  const { folder } = await writeContext(join(handle.workDir, 'shell'), context.files);
  const options = { cwd: folder, environment: await writeClient(handle) };
  // On an engine that is somebody's own, the name `hello` may be taken: the run's name stands in its place.
  const name = isPrivate(handle) ? 'hello' : `${handle.runId}/hello:shell`;
  const command = `docker build -t ${name} .`;
  const line: ShellLine = { id: 'build', ...(await typeLine(command, options)), command };
  if (line.exitCode === 127)
    throw new FlowError('shell', `${command} cannot be run: ${line.stderr || line.stdout}`);
  return { folder, options, name, line };
}

/** Types the lines that follow into that shell. */
export async function gatherShell(
  handle: EngineHandle,
  { folder, options, name, line: built }: BuiltInShell,
  expectedImage: ExpectedImage,
): Promise<ShellEvidence> {
  const lines: Partial<Record<ShellLineId, ShellLine>> = { build: built };
  const type = async (
    id: ShellLineId,
    line: string,
    execute: (line: string, options: CommandOptions) => Promise<CommandResult> = typeLine,
  ) => {
    const result = await execute(line, options);
    const typed: ShellLine = { id, ...result, command: line };
    lines[id] = typed;
    return typed;
  };
  const runOptions = isPrivate(handle) ? '' : `--network none --label ${RUN_LABEL}=${handle.runId} `;
  const nothing = { expectedImage, lines, layout: 'blobs', files: [] } as const;
  if (built.exitCode !== 0) return nothing;
  const [, saved] = await Promise.all([
    type('run', `docker run -ti --rm ${runOptions}${name}`, typeUnderTerminal),
    type('save', `docker save -o hello.tar ${name}`),
  ]);
  if (saved.exitCode !== 0) return nothing;
  const archive = await readSaved(join(folder, 'hello.tar'));
  const extracted = await type('extract', 'tar -xf hello.tar');
  if (extracted.exitCode !== 0) return nothing;
  const { stdout } = await type('jq', `jq '.[0].Layers[]' -r manifest.json`);
  const paths = stdout.split('\n').filter((line) => line !== '');
  requirePlain(paths, archive);
  const layout = paths.every((path) => path.endsWith('/layer.tar')) ? 'legacy' : 'blobs';
  await type(
    'loop',
    'for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done',
  );
  /** What `cat` shows of a layer. The path comes from the engine, so the shell gets it as an argument. */
  const cat = (id: ShellLineId, position: number, suffix: string) => {
    const path = `${(paths[position] ?? '').replace(/\/layer\.tar$/, '')}${suffix}/layer/final.txt`;
    return type(id, `cat ${path}`, () => typeLine('cat -- "$1"', options, [path]));
  };
  if (layout === 'legacy') {
    await cat('cat-lower', 2, '');
    await cat('cat-upper', 3, '');
  } else {
    await type('loop-today', LOOP_TODAY, () => typeLine(LOOP_OVER_ARGUMENTS, options, paths));
    await cat('cat-lower-today', 2, '.d');
    await cat('cat-upper-today', 3, '.d');
  }
  return { expectedImage, lines, layout, files: await listFiles(folder) };
}

/** What a person types today in place of the documented loop; here the paths are handed over as arguments. */
const LOOP_TODAY = `for f in $(jq '.[0].Layers[]' -r manifest.json); do mkdir -p "$f.d/layer"; tar xf $f -C "$f.d/layer"; done`;
const LOOP_OVER_ARGUMENTS =
  'status=0; for f do mkdir -p -- "$f.d/layer" && tar -x -f "$f" -C "$f.d/layer" || status=$?; done; exit $status';

/** Reads what the engine saved before anything unpacks it. Throws `FlowError` when it is not safe to unpack. */
async function readSaved(file: string): Promise<Archive> {
  const { readArchive } = await import('../archive/read-archive.ts');
  const archive = await readArchive(file);
  const reason = whyUnsafeToUnpack(archive);
  if (reason === undefined) return archive;
  throw new FlowError('shell', `hello.tar was not unpacked, because ${reason}.`);
}

/** The paths that jq prints come from the engine too: they are names of the archive, or nothing is done with them. */
function requirePlain(paths: readonly string[], { members, layers }: Archive): void {
  const unsafe = paths.find(
    (path) =>
      !isPlainName(path) ||
      (members.some((member) => member.path === path) && !layers.has(path) && !isLinked(path)),
  );
  if (unsafe === undefined) return;
  throw new FlowError(
    'shell',
    `manifest.json names the layer ${JSON.stringify(unsafe.slice(0, 80))}, which no line can be given: it is no plain name of a layer.`,
  );

  function isLinked(path: string): boolean {
    return members.some((member) => member.path === path && ['symlink', 'hardlink'].includes(member.type));
  }
}

/**
 * Types a line, which may write no file without end. What does not stand in the line itself follows as arguments, which
 * no shell reads as commands.
 */
async function typeLine(
  line: string,
  options: CommandOptions,
  args: readonly string[] = [],
): Promise<CommandResult> {
  return runWithLimitedFiles(['sh', '-c', line, 'sh', ...args], { ...options, shownAs: line });
}

async function typeUnderTerminal(line: string, options: CommandOptions): Promise<Repeated<CommandResult>> {
  return runAgainIfSilent(() => runUnderTerminal(['sh', '-c', line], { ...options, shownAs: line }));
}

/**
 * Puts the engine's own client in front of the path as `docker`. The client may live in another root, which has no
 * working folder; so the two relative paths of the procedure, `.` and the argument of `-o`, are made absolute.
 */
export async function writeClient(handle: EngineHandle): Promise<Readonly<Record<string, string>>> {
  const words = (toolWords(handle, 'docker') ?? []).map(quoteForShell);
  const bin = join(handle.workDir, 'bin');
  await ensureFolder(bin);
  await writeFile(join(bin, 'docker'), CLIENT.replace('{client}', words.join(' ')));
  await chmod(join(bin, 'docker'), 0o755);
  return { ...handle.toolEnvironment, PATH: `${bin}:${process.env['PATH'] ?? ''}`, CLIENT_FOLDER: bin };
}

const CLIENT = `#!/bin/sh
PATH=\${PATH#"$CLIENT_FOLDER":}
previous=
for word; do
  shift
  if [ "$word" = . ]; then word=$PWD; fi
  case "$previous $word" in "-o /"*) ;; "-o "*) word=$PWD/$word ;; esac
  set -- "$@" "$word"
  previous=$word
done
exec {client} "$@"
`;

/** Regular files below a folder, as relative paths, sorted. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
