import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/**
 * Removing root file systems from the cache. An engine holds a shared lock on the folder that it runs from, for as long as
 * it lives (`enter.sh`); a folder is removed only under the exclusive one, which the kernel refuses meanwhile.
 */

/** Root file systems that nobody has used for this long go: their recipe, or the layout, is another one today. */
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;

const ROOT = /^[a-z]+-[0-9a-f]{16}$/;
const ASIDE = /^[a-z]+-[0-9a-f]{16}\.old-/;

/** Takes a root file system out of the way. An engine that runs from it keeps it: a later run removes what is in use now. */
export async function setAside(root: string): Promise<void> {
  const aside = `${root}.old-${randomUUID()}`;
  await rename(root, aside);
  await removeUnlocked(aside);
}

/** Says for later runs that this one uses the root. Where the cache cannot be written to, its last reading says it. */
export async function markUsed(root: string): Promise<void> {
  const now = new Date();
  await utimes(root, now, now).catch(() => {});
}

/** Removes what no run has used for a month, and what was set aside. Returns how many root file systems went. */
export async function removeUnused(cache: string, now: number = Date.now()): Promise<number> {
  const names = await readdir(cache).catch(() => []);
  for (const name of names.filter((each) => ASIDE.test(each))) await removeUnlocked(join(cache, name));
  let removed = 0;
  for (const name of names.filter((each) => ROOT.test(each))) {
    const root = join(cache, name);
    if (now - (await lastUse(root)) < UNUSED_MS || (await isLocked(root))) continue;
    await setAside(root);
    for (const beside of ['stamps', 'programs'])
      await rm(`${root}.${beside}`, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

/** Earlier versions of the suite leave no mark, but every run reads the list of files. */
async function lastUse(root: string): Promise<number> {
  const folder = await stat(root);
  const list = await stat(join(root, 'content')).catch(() => undefined);
  return Math.max(folder.mtimeMs, list?.atimeMs ?? 0);
}

async function isLocked(folder: string): Promise<boolean> {
  return (await underLock(folder, ['true'])) === false;
}

async function removeUnlocked(folder: string): Promise<void> {
  await underLock(folder, ['rm', '-rf', '--', folder]);
}

/** Runs a command while nobody else uses the folder; false when somebody does. */
async function underLock(folder: string, command: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa('flock', ['--exclusive', '--nonblock', folder, ...command], {
    reject: false,
    stdio: 'ignore',
  });
  return exitCode === 0;
}
