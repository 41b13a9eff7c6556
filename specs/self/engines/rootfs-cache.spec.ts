import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { markUsed, removeUnused, setAside } from '../../../helpers/engines/start/rootfs-cache.ts';
import { scratchFolder } from './scratch-folder.ts';

const ROOT = 'trixie-0123456789abcdef';
const DAYS = 24 * 60 * 60 * 1000;

/** A root file system that was last used so many days ago. */
async function makeRoot(cache: string, name: string, days: number): Promise<string> {
  const root = join(cache, name);
  await mkdir(root, { recursive: true });
  await writeFile(join(root, 'content'), name);
  const then = new Date(Date.now() - days * DAYS);
  await utimes(join(root, 'content'), then, then);
  await utimes(root, then, then);
  return root;
}

/** Holds what an engine holds while it runs from a root. */
async function runFrom(root: string) {
  const child = spawn('flock', ['--shared', root, 'sh', '-c', 'echo locked; exec cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'close');
    },
  };
}

describe('the cache of root file systems', () => {
  test('loses what nobody has used for 30 days, and nothing else', async () => {
    await using cache = await scratchFolder({ 'notes.txt': '', [`${ROOT}.lock`]: '' });
    await makeRoot(cache.path, ROOT, 31);
    await writeFile(join(cache.path, `${ROOT}.stamps`), '');
    await makeRoot(cache.path, 'testing-0123456789abcdef', 29);
    await makeRoot(cache.path, 'somebody-elses', 400);
    expect(await removeUnused(cache.path)).toBe(1);
    expect((await readdir(cache.path)).sort()).toEqual([
      'notes.txt',
      'somebody-elses',
      'testing-0123456789abcdef',
      `${ROOT}.lock`,
    ]);
  });

  test('keeps what an engine runs from, and what a run has marked', async () => {
    await using cache = await scratchFolder();
    const root = await makeRoot(cache.path, ROOT, 31);
    {
      await using _ = await runFrom(root);
      expect(await removeUnused(cache.path)).toBe(0);
    }
    await markUsed(root);
    expect(await removeUnused(cache.path)).toBe(0);
    expect(await removeUnused(cache.path, Date.now() + 31 * DAYS)).toBe(1);
  });

  test('keeps what was read within 30 days, by a version that leaves no mark', async () => {
    await using cache = await scratchFolder();
    const root = await makeRoot(cache.path, ROOT, 31);
    await utimes(join(root, 'content'), new Date(), new Date(0));
    expect(await removeUnused(cache.path)).toBe(0);
  });

  test('a root that is set aside stays whole for whoever runs from it, and goes afterwards', async () => {
    await using cache = await scratchFolder();
    const root = await makeRoot(cache.path, ROOT, 0);
    {
      await using _ = await runFrom(root);
      await setAside(root);
      expect(existsSync(root)).toBe(false);
      const [aside = ''] = await readdir(cache.path);
      expect(await readFile(join(cache.path, aside, 'content'), 'utf8')).toBe(ROOT);
      await removeUnused(cache.path);
      expect(await readdir(cache.path)).toEqual([aside]);
    }
    await removeUnused(cache.path);
    expect(await readdir(cache.path)).toEqual([]);
  });

  test('a root that nobody runs from goes at once', async () => {
    await using cache = await scratchFolder();
    await setAside(await makeRoot(cache.path, ROOT, 0));
    expect(await readdir(cache.path)).toEqual([]);
  });

  test('that is not there is no error', async () => {
    expect(await removeUnused('/nonexistent')).toBe(0);
    await markUsed('/nonexistent');
  });
});
