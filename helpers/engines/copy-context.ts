import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join } from 'node:path';
import { showName } from '../common/escape.ts';
import { type BuildContext, ensureFolder } from './build-context.ts';
import { packFolder } from './pack-folder.ts';
import { FlowError } from './step-error.ts';

/** What a context may hold: it is copied for the engine, and sent to the API in one piece. */
const MOST_BYTES = 1024 ** 3;
const MOST_ENTRIES = 100_000;

interface Copied {
  entries: number;
  bytes: number;
  /** Where a file with several names was copied first, by device and inode. */
  readonly linked: Map<string, string>;
}

/**
 * Copies somebody's own build context to where the engine's tools see it, and leaves the original alone. Modes, links and
 * times stay; times are cut to whole seconds, which builders otherwise round in different ways. Throws `FlowError`.
 */
export async function copyContext(from: string, to: string): Promise<BuildContext> {
  const copied: Copied = { entries: 0, bytes: 0, linked: new Map() };
  try {
    await ensureFolder(to);
    await copyFolder(from, to, copied);
  } catch (error) {
    if (error instanceof FlowError) throw error;
    throw new FlowError(
      'build',
      `the build context ${showName(from)} cannot be copied: ${(error as Error).message}`,
    );
  }
  return { folder: to, pack: (owner) => packFolder(to, owner) };
}

async function copyFolder(from: string, to: string, copied: Copied): Promise<void> {
  for (const name of (await readdir(from)).sort()) await copyEntry(join(from, name), join(to, name), copied);
  const { mode, mtimeMs } = await lstat(from);
  await chmod(to, mode & 0o7777);
  await utimes(to, wholeSeconds(mtimeMs), wholeSeconds(mtimeMs));
}

async function copyEntry(from: string, to: string, copied: Copied): Promise<void> {
  const stat = await lstat(from);
  copied.entries += 1;
  copied.bytes += stat.isFile() ? stat.size : 0;
  requireRoom(copied);
  const time = wholeSeconds(stat.mtimeMs);
  if (stat.isDirectory()) {
    await mkdir(to);
    return copyFolder(from, to, copied);
  }
  if (stat.isSymbolicLink()) {
    await symlink(await readlink(from), to);
    return lutimes(to, time, time);
  }
  // A socket cannot be sent by any builder, and the clients leave it out without a word.
  if (stat.isSocket()) return;
  if (!stat.isFile())
    throw new FlowError(
      'build',
      `the build context holds ${showName(from)}, a device or pipe; a context holds files, folders and symbolic links only.`,
    );
  const key = `${stat.dev}:${stat.ino}`;
  const first = stat.nlink > 1 ? copied.linked.get(key) : undefined;
  if (first !== undefined) return link(first, to);
  copied.linked.set(key, to);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, stat.mode & 0o7777);
  await utimes(to, time, time);
}

function requireRoom({ entries, bytes }: Copied): void {
  if (bytes > MOST_BYTES)
    throw new FlowError(
      'build',
      `the build context holds more than ${MOST_BYTES} bytes; keep what the build does not need outside of its folder.`,
    );
  if (entries > MOST_ENTRIES)
    throw new FlowError(
      'build',
      `the build context holds more than ${MOST_ENTRIES} files; keep what the build does not need outside of its folder.`,
    );
}

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
