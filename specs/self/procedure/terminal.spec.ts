import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runUnderTerminal } from '../../../helpers/engines/run-image.ts';

const hasScript = existsSync('/usr/bin/script');

test.runIf(hasScript)(
  'a command under a terminal keeps its quotes, its line endings and its exit code',
  async () => {
    const result = await runUnderTerminal(['sh', '-c', 'tty -s && echo "it\'s a terminal"; exit 7']);
    expect(result).toMatchObject({ exitCode: 7, stdout: "it's a terminal\r\n" });
  },
);

test.runIf(hasScript)('nothing is lost of a command that ends at once', async () => {
  const runs = await Promise.all(Array.from({ length: 40 }, () => runUnderTerminal(['echo', 'here'])));
  expect(runs.filter(({ stdout }) => stdout !== 'here\r\n')).toEqual([]);
});
