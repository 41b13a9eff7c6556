import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { CommandResult } from '../engines/answers.ts';
import { type BuildContext, makeFolder, writeContext } from '../engines/build-context.ts';
import { type CommandOptions, runCommand, toolWords } from '../engines/command.ts';
import type { EngineHandle } from '../engines/model.ts';
import { RUN_LABEL, runUnderTerminal } from '../engines/run-image.ts';
import { FlowError } from '../engines/step-error.ts';
import type { Promised, ShellEvidence, ShellLine, ShellLineId } from '../requirements/procedure/evidence.ts';

/** Programs that the procedure's own lines need, beside the engine's client. */
const PROGRAMS = ['sh', 'script', 'tar', 'jq'] as const;

/** Why the lines cannot be typed here, or `undefined`. */
export async function whyNoShell(handle: EngineHandle): Promise<string | undefined> {
  if (toolWords(handle, 'docker') === undefined)
    return 'This engine has no docker command line to type the lines into.';
  const found = await Promise.all(
    PROGRAMS.map((program) => runCommand(['sh', '-c', 'command -v "$1"', 'sh', program])),
  );
  const missing = PROGRAMS.filter((_, position) => found[position]?.exitCode !== 0);
  if (missing.length === 0) return undefined;
  return `The procedure's own lines need ${missing.join(' and ')}, not installed here.`;
}

/** Types the lines of the procedure into a shell, in a folder with the documented context. */
export async function gatherShell(
  handle: EngineHandle,
  context: BuildContext,
  promised: Promised,
): Promise<ShellEvidence> {
  const { folder } = await writeContext(join(handle.workDir, 'shell'), context.files);
  const options = { cwd: folder, environment: await writeClient(handle) };
  const lines: Partial<Record<ShellLineId, ShellLine>> = {};
  const type = async (id: ShellLineId, line: string, execute = typeLine) => {
    const result = await execute(line, options);
    if (id === 'build' && result.exitCode === 127)
      throw new FlowError('shell', `${line} cannot be run: ${result.stderr || result.stdout}`);
    lines[id] = { id, ...result, command: line };
    return lines[id];
  };
  // On an engine that is somebody's own, the name `hello` may be taken: the run's name stands in its place.
  const name = isPrivate(handle) ? 'hello' : `${handle.runId}/hello:shell`;
  const runOptions = isPrivate(handle) ? '' : `--network none --label ${RUN_LABEL}=${handle.runId} `;
  await type('build', `docker build -t ${name} .`);
  await Promise.all([
    type('run', `docker run -ti --rm ${runOptions}${name}`, typeUnderTerminal),
    type('save', `docker save -o hello.tar ${name}`),
  ]);
  await type('extract', 'tar -xf hello.tar');
  const { stdout } = await type('jq', `jq '.[0].Layers[]' -r manifest.json`);
  const paths = stdout.split('\n').filter((line) => line !== '');
  const layout = paths.every((path) => path.endsWith('/layer.tar')) ? 'legacy' : 'blobs';
  await type(
    'loop',
    'for f in */layer.tar; do dir=`dirname $f`; mkdir -p "$dir/layer"; tar xf $f -C "$dir/layer"; done',
  );
  const folderOf = (position: number) => (paths[position] ?? '').replace(/\/layer\.tar$/, '');
  if (layout === 'legacy') {
    await type('cat-lower', `cat ${folderOf(2)}/layer/final.txt`);
    await type('cat-upper', `cat ${folderOf(3)}/layer/final.txt`);
  } else {
    await type(
      'loop-today',
      `for f in $(jq '.[0].Layers[]' -r manifest.json); do mkdir -p "$f.d/layer"; tar xf $f -C "$f.d/layer"; done`,
    );
    await type('cat-lower-today', `cat ${folderOf(2)}.d/layer/final.txt`);
    await type('cat-upper-today', `cat ${folderOf(3)}.d/layer/final.txt`);
  }
  return { promised, lines, layout, files: await listFiles(folder) };
}

/** Engines that live and die with this run: nobody else's images are there. */
function isPrivate({ origin }: EngineHandle): boolean {
  return ['embedded', 'rootfs', 'image'].includes(origin);
}

async function typeLine(line: string, options: CommandOptions): Promise<CommandResult> {
  return runCommand(['sh', '-c', line], options);
}

async function typeUnderTerminal(line: string, options: CommandOptions): Promise<CommandResult> {
  return runUnderTerminal(['sh', '-c', line], options);
}

/**
 * Puts the engine's own client in front of the path as `docker`. The client may live in another root, which has no
 * working folder; so the two relative paths of the procedure, `.` and the argument of `-o`, are made absolute.
 */
export async function writeClient(handle: EngineHandle): Promise<Readonly<Record<string, string>>> {
  const words = (toolWords(handle, 'docker') ?? []).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  const bin = join(handle.workDir, 'bin');
  await makeFolder(bin);
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
