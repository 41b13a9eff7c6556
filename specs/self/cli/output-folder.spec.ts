import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOutputFolder } from '../../../helpers/common/write-output.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

test('The folder for the output is made with those above it, and may be there', async () => {
  await using folder = await scratchFolder({ 'a file': '' });
  const deep = join(folder.path, 'a/b/c');
  await makeOutputFolder(deep);
  await makeOutputFolder(deep);
  expect(await readdir(join(folder.path, 'a/b'))).toEqual(['c']);
  await expect(makeOutputFolder(join(folder.path, 'a file'))).rejects.toThrow(/cannot be written/);
  await expect(makeOutputFolder(join(folder.path, 'a file/below'))).rejects.toThrow(/cannot be written/);
});

test.skipIf(process.platform !== 'linux')(
  'A file system that makes no folders is told, not waited for',
  async () => {
    await expect(makeOutputFolder('/proc/report/deep')).rejects.toThrow(
      /\/proc\/report\/deep cannot be written/,
    );
  },
);
