import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeContext } from '../../../helpers/engines/build-context.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

test('nothing writes into the context any more when writing it has failed', async () => {
  await using folder = await scratchFolder();
  const file = { mode: 0o644, mtime: 1_700_000_000 };
  const content = Buffer.alloc(64 * 2 ** 20);
  const files = [
    { ...file, name: 'no-such-folder/a.txt', content: Buffer.from('a') },
    { ...file, name: 'large', content },
  ];
  await expect(writeContext(join(folder.path, 'context'), files)).rejects.toThrow(
    /^build: cannot write the build context: ENOENT/,
  );
  const { size, mtimeMs } = await stat(join(folder.path, 'context/large'));
  expect([size, mtimeMs / 1000]).toEqual([content.length, file.mtime]);
});
