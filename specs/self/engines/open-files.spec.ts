import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EngineError } from '../../../helpers/engines/error.ts';
import { assertOpenFiles } from '../../../helpers/engines/start/open-files.ts';
import { scratchFolder } from './scratch-folder.ts';

const limits = (soft: number | string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax open files            ${soft}                20000                files\n`;

test('an engine is not started where its containers would run out of files', async () => {
  await using folder = await scratchFolder({
    few: limits(64),
    enough: limits(1024),
    unlimited: limits('unlimited'),
  });
  await expect(assertOpenFiles(join(folder.path, 'few'))).rejects.toThrow(EngineError);
  await expect(assertOpenFiles(join(folder.path, 'few'))).rejects.toThrow(
    /at least 256 .* may be 64: .*ulimit -n/,
  );
  for (const name of ['enough', 'unlimited', 'missing']) await assertOpenFiles(join(folder.path, name));
  await assertOpenFiles();
});
