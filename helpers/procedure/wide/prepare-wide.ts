import { chmod, copyFile, link, lutimes, mkdir, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { type BuildContext, ensureFolder } from '../../engines/build-context.ts';
import type { EngineHandle, Feature } from '../../engines/engine-model.ts';
import { packFolder } from '../../engines/pack-folder.ts';
import { CONTEXT_MTIME } from '../../engines/tar-context.ts';
import type { WideContextName } from '../../requirements/matrix/wide-model.ts';
import { readBeside } from './read-wide.ts';

/** What stands beside a context and does not belong to it. */
const BESIDE: ReadonlySet<string> = new Set(['context.json', 'expectation.json', 'differences.json']);

/** What is said of a context that needs a feature, where the engine lacks it. */
const LACKING = {
  'other-owners': 'This engine has one user and one group, and can give no file to another owner.',
} as const satisfies Partial<Record<Feature, string>>;

/** `context.json`: what of a context neither version control nor its Dockerfile holds. */
interface ContextFacts {
  readonly entries?: readonly MadeEntry[];
  /** What an engine has to have for it, whichever builder is asked. */
  readonly needs?: keyof typeof LACKING;
}

/** What version control does not hold. */
interface MadeEntry {
  /** Relative to the context. */
  readonly path: string;
  /** Default: `file`. */
  readonly type?: 'file' | 'directory' | 'symlink' | 'hardlink';
  readonly content?: string;
  /** Permission bits in octal. Default: 0644, of a directory 0755. */
  readonly mode?: string;
  /** Of a link: as it is written; of a hard link relative to the context. */
  readonly target?: string;
}

/** Writes a wide context where the engine's tools can see it: with modes, times and links of our own. */
export async function prepareWideContext(
  { workDir }: EngineHandle,
  name: WideContextName,
): Promise<BuildContext> {
  const source = projectFolder(`fixtures/contexts/${name}`);
  const folder = join(workDir, 'contexts', name);
  await ensureFolder(join(workDir, 'contexts'));
  await ensureFolder(folder);
  await copyPlain(source, folder);
  const { entries = [] } = await readFacts(name);
  for (const entry of entries) await makeEntry(folder, entry);
  await setTimes(folder);
  return { folder, pack: (owner) => packFolder(folder, owner) };
}

/** Why no builder of this engine can build a wide context, in one sentence; `undefined` for nothing. */
export async function whyNotHere(
  { features }: Pick<EngineHandle, 'features'>,
  name: WideContextName,
): Promise<string | undefined> {
  const { needs } = await readFacts(name);
  return needs === undefined || features.includes(needs) ? undefined : LACKING[needs];
}

const readFacts = (name: WideContextName) => readBeside<ContextFacts>(name, 'context.json');

/** Files and folders as they stand in the fixture; whoever checked them out may have another umask. */
async function copyPlain(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await makeFolder(target, 0o755);
      await copyPlain(source, target);
    } else if (!BESIDE.has(entry.name)) {
      await copyFile(source, target);
      await chmod(target, 0o644);
    }
  }
}

async function makeEntry(
  folder: string,
  { path, type = 'file', content = '', mode, target = '' }: MadeEntry,
): Promise<void> {
  const place = join(folder, path);
  await mkdir(dirname(place), { recursive: true });
  if (type === 'directory') return makeFolder(place, bitsOf(mode, 0o755));
  if (type === 'symlink') return symlink(target, place);
  if (type === 'hardlink') return link(join(folder, target), place);
  await writeFile(place, content);
  // Not given with the file: the umask would take bits away.
  await chmod(place, bitsOf(mode, 0o644));
}

async function makeFolder(place: string, mode: number): Promise<void> {
  await mkdir(place, { recursive: true });
  await chmod(place, mode);
}

function bitsOf(mode: string | undefined, ifAbsent: number): number {
  return mode === undefined ? ifAbsent : Number.parseInt(mode, 8);
}

/** One time for all: folders last, for whatever is written into them changes theirs. */
async function setTimes(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) await setTimes(place);
    else await lutimes(place, CONTEXT_MTIME, CONTEXT_MTIME);
  }
  await utimes(folder, CONTEXT_MTIME, CONTEXT_MTIME);
}
