import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFolderRoot } from '../../../helpers/consumers/read-roots.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

test('a folder is read to its last file', async () => {
  await using folder = await scratchFolder();
  await mkdir(join(folder.path, 'a'));
  await writeFile(join(folder.path, 'a/b'), 'text');
  const listing = await readFolderRoot(folder.path);
  expect([...(listing ?? [])].map(([path, { type }]) => [path, type])).toEqual([
    ['a', 'directory'],
    ['a/b', 'file'],
  ]);
});

test('a path that is too long for this machine makes the root unknown, and is no mistake of ours', async () => {
  await using folder = await scratchFolder();
  // Each step is short; all of them together are longer than a path may be.
  const step = 'n'.repeat(200);
  const script = `for (let i = 0; i < 25; i++) { fs.mkdirSync('${step}'); process.chdir('${step}'); }`;
  execFileSync(process.execPath, ['--eval', script], { cwd: folder.path });
  try {
    expect(await readFolderRoot(folder.path)).toBeUndefined();
  } finally {
    execFileSync('rm', ['-rf', step], { cwd: folder.path });
  }
});
