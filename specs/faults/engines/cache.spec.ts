import { existsSync } from 'node:fs';
import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openSandbox } from '../../../helpers/consumers/sandbox.ts';
import { cacheFolder, provideRootfs } from '../../../helpers/engines/start/rootfs.ts';
import { removeUnused } from '../../../helpers/engines/start/rootfs-cache.ts';
import { damageOf } from '../../../helpers/engines/start/rootfs-content.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import './needs.ts';

/** One small program and what it needs. */
const SMALL = { type: 'rootfs', suites: ['trixie'], packages: ['tini'] } as const;

afterEach(() => {
  vi.unstubAllEnvs();
});

test('Two runs at once make one root file system, and a damaged one is made anew', async () => {
  await using folder = await scratchFolder();
  vi.stubEnv('XDG_CACHE_HOME', folder.path);
  const said: string[] = [];
  const both = await Promise.all([1, 2].map(() => provideRootfs(SMALL, (line) => said.push(line))));
  expect(new Set(both).size).toBe(1);
  expect(said.filter((line) => line.startsWith('unpacking'))).toHaveLength(1);
  expect(said).toContain('waiting for another run that makes the same root file system');

  const [root = ''] = both;
  await truncate(join(root, 'usr/bin/tini-static'), 100);
  expect(await damageOf(root)).toContain('usr/bin/tini-static has other content');
  said.length = 0;
  expect(await provideRootfs(SMALL, (line) => said.push(line))).toBe(root);
  expect(said[0]).toMatch(
    /^the cached root file system is damaged \(usr\/bin\/tini-static .*; making it anew$/,
  );
  expect(await damageOf(root)).toBeUndefined();
  expect((await readdir(cacheFolder())).filter((name) => name.includes('partial'))).toEqual([]);
});

test('An engine keeps the root file system that another run finds damaged and makes anew', async () => {
  await using folder = await scratchFolder();
  vi.stubEnv('XDG_CACHE_HOME', folder.path);
  const sandbox = await openSandbox(SMALL, {});
  const isThere = () => existsSync(sandbox.hostPath('usr/bin/tini-static'));
  try {
    const root = await provideRootfs(SMALL);
    await rm(join(root, 'usr/bin/tini'));
    expect(await provideRootfs(SMALL)).toBe(root);
    expect(await damageOf(root)).toBeUndefined();
    expect(isThere()).toBe(true);
    expect(await asides()).toHaveLength(1);
  } finally {
    await sandbox.stop();
  }
  await removeUnused(cacheFolder());
  expect(await asides()).toEqual([]);

  async function asides(): Promise<readonly string[]> {
    return (await readdir(cacheFolder())).filter((name) => name.includes('.old-'));
  }
});
