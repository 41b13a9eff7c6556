import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { scratchFolder } from '../engines/scratch-folder.ts';
import { cli, startCli } from './cli.ts';

beforeAll(startCli, 60_000);

test('--list names every consumer with its title', async () => {
  const { code, stdout } = await cli(['consumers', '--list']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^docker-26 +Docker 26.1 load, overlay2/m)]);
});

test.each([
  [
    'an unknown consumer',
    ['--consumer', 'docker-1'],
    /^No consumer is called "docker-1"; there are .*docker-26/,
  ],
  [
    'an archive that is not there',
    ['--archive', '/nowhere.tar', '--consumer', 'oras-1.3'],
    /^\/nowhere\.tar does not exist\.$/,
  ],
  [
    'a folder',
    ['--archive', 'fixtures', '--consumer', 'oras-1.3'],
    /^fixtures is a folder; --archive takes a file/,
  ],
  [
    'a text that no id contains',
    ['--only', 'nothing-like-this', '--consumer', 'oras-1.3'],
    /^No archive has an id that contains nothing-like-this\.$/,
  ],
  ['a wrong number of jobs', ['--jobs', 'many'], /^--jobs "many" is no number from 1 to 99\.$/],
])('%s is refused in one sentence, with exit code 2', async (_, args, sentence) => {
  const { code, stdout, stderr } = await cli(['consumers', ...args]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr.trim()).toMatch(sentence);
});

test('--render writes the stored table as a page and measures nothing', async () => {
  await using folder = await scratchFolder();
  const file = join(folder.path, 'page.html');
  const { code } = await cli(['consumers', '--render', '--html', file]);
  expect(code).toBe(0);
  const page = await readFile(file, 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('id="golden/hybrid"');
});
