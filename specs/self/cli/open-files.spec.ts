import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bundle } from '../../faults/engines/command-line.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { tarOf } from './cli.ts';

/** From where every Node itself starts to where there are enough; newer ones open fewer files at once. */
const LIMITS = [24, 28, 32, 40, 48, 56, 64, 256] as const;

test('where few files may be open the command line judges, or says in one sentence that it cannot', async () => {
  await using folder = await scratchFolder();
  // Judged, and without an image.
  await writeFile(join(folder.path, 'image.tar'), tarOf({ 'README.md': 'nothing here' }));
  const program = await bundle();
  const codes: unknown[] = [];
  for (const limit of LIMITS) {
    const script = `ulimit -n ${limit} && exec "$0" "$@"`;
    const words = [process.execPath, program, 'check', 'image.tar'];
    const { exitCode, stderr } = await execa('sh', ['-c', script, ...words], {
      cwd: folder.path,
      reject: false,
    });
    codes.push(exitCode);
    if (exitCode === 1) continue;
    expect({ limit, exitCode, stderr }).toEqual({
      limit,
      exitCode: 2,
      stderr: expect.stringMatching(/^[^\n]+ cannot be opened[^\n]*too many files are open[^\n]*$/),
    });
  }
  expect(codes.at(-1)).toBe(1);
  expect(readdirSync(folder.path)).toEqual(['image.tar']);
});
