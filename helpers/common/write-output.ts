import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cannotWrite, OutputError, type OutputTarget, outputTarget } from './output-target.ts';

interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Writes one output; see `writeOutputFiles`. */
export async function writeOutput(path: string, text: string, inputs: readonly string[] = []): Promise<void> {
  await writeOutputFiles([{ path, text }], inputs);
}

/**
 * Writes outputs. Every file is written beside its target first and renamed over it when all of them are complete, so
 * that a reader sees a whole file or the former one, and a full disk leaves nothing. Throws `OutputError`.
 */
export async function writeOutputFiles(
  files: readonly OutputFile[],
  inputs: readonly string[] = [],
): Promise<void> {
  const prepared: Prepared[] = [];
  try {
    for (const file of files) prepared.push(await prepare(file, inputs));
    for (const { finish } of prepared) await finish();
  } finally {
    await Promise.all(prepared.map(({ temporary }) => temporary && rm(temporary, { force: true })));
  }
}

/** Makes the folder of several outputs. Throws `OutputError`. */
export async function makeOutputFolder(folder: string): Promise<void> {
  if (folder === '') throw new OutputError('The folder for the output has an empty name.');
  await makeFolders(resolve(folder)).catch((error: NodeJS.ErrnoException) => {
    throw cannotWrite(folder, error);
  });
}

/**
 * A folder and those above it. Not by the option `recursive` of mkdir, which never ends where an existing folder answers that
 * it does not exist, as /proc does.
 */
export async function makeFolders(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const there = await stat(folder).catch(() => undefined);
    if (there?.isDirectory()) return;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || (await stat(parent).catch(() => undefined)) !== undefined) throw error;
    await makeFolders(parent);
    await makeFolders(folder);
  }
}

interface Prepared {
  /** Gone when it was renamed. */
  readonly temporary?: string;
  readonly finish: () => Promise<void>;
}

async function prepare({ path, text }: OutputFile, inputs: readonly string[]): Promise<Prepared> {
  const target = await outputTarget(path, inputs);
  if (target.kind !== 'file') return { finish: () => said(path, () => writeAsSuch(target, text)) };
  const temporary = join(dirname(target.path), `.scratch-conformance-${randomUUID()}`);
  const made = await said(path, () => writeNew(temporary, text, target.present)).catch(
    async (error: OutputError) => {
      await rm(temporary, { force: true }).catch(() => {});
      // A file that may be written in a folder that may not.
      if (target.present !== undefined && isRefusal(error)) return false;
      throw error;
    },
  );
  if (!made) return { finish: () => said(path, () => writeInPlace(target.path, text)) };
  const replace = () =>
    rename(temporary, target.path).catch((error: NodeJS.ErrnoException) => {
      // A file that is mounted by itself cannot be replaced.
      if (error.code !== 'EBUSY' && error.code !== 'EXDEV') throw error;
      return writeInPlace(target.path, text);
    });
  return { temporary, finish: () => said(path, replace) };
}

const REFUSALS = ['EACCES', 'EPERM', 'EROFS'];

function isRefusal({ cause }: OutputError): boolean {
  return REFUSALS.includes((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

async function said<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof OutputError) throw error;
    const sentence = cannotWrite(path, error as NodeJS.ErrnoException);
    sentence.cause = error;
    throw sentence;
  }
}

/** A new file, with the permissions and as far as possible the owner of the one that it will replace. */
async function writeNew(path: string, text: string, former: Stats | undefined): Promise<true> {
  await withFile(path, 'wx', async (file) => {
    await file.writeFile(text);
    if (former === undefined) return;
    await file.chown(former.uid, former.gid).catch(() => {});
    await file.chmod(former.mode & 0o7777);
  });
  return true;
}

async function writeInPlace(path: string, text: string): Promise<void> {
  await withFile(path, 'r+', async (file) => {
    await file.truncate();
    await file.writeFile(text);
  });
}

async function writeAsSuch(target: Exclude<OutputTarget, { kind: 'file' }>, text: string): Promise<void> {
  if (target.kind === 'stream') return withFile(target.path, 'w', (file) => file.writeFile(text));
  const stream = { 1: process.stdout, 2: process.stderr }[target.number];
  if (stream !== undefined)
    return new Promise((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  // Another descriptor that was handed to this process.
  return withFile(`/proc/self/fd/${target.number}`, 'a', (file) => file.writeFile(text));
}

async function withFile(
  path: string,
  flags: string,
  use: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
