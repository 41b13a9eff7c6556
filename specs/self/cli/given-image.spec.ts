import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readGivenImage } from '../../../helpers/cli/given-image.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

/** What is wrong with the options is told in one sentence before an engine is started. */

async function refusal(words: Parameters<typeof readGivenImage>[0]): Promise<string> {
  return readGivenImage(words).then(
    () => 'it was taken',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

test.for([
  [
    'a folder that is not there',
    'absent',
    /^UsageError: The build context \S+absent cannot be read: there is no such folder\.$/,
  ],
  [
    'a file',
    'file',
    /^UsageError: The build context \S+file is no folder; give the folder with the Dockerfile\.$/,
  ],
  [
    'a folder without a Dockerfile',
    'empty',
    /^UsageError: The build context \S+empty has no file Dockerfile, /,
  ],
  ['a Dockerfile that is a folder', 'odd', /^UsageError: The build context \S+odd has no file Dockerfile, /],
] as const)('%s', async ([, name, sentence]) => {
  await using folder = await scratchFolder({ file: '', 'good/Dockerfile': 'FROM scratch\n' });
  await mkdir(join(folder.path, 'empty'));
  await mkdir(join(folder.path, 'odd/Dockerfile'), { recursive: true });
  expect(await refusal({ context: join(folder.path, name) })).toMatch(sentence);
});

test('an expectation alone, one that is not there, and one with a mistake', async () => {
  await using folder = await scratchFolder({
    ...{ 'good/Dockerfile': 'FROM scratch\n', 'bad.json': '{ "run": { "exitCode": 256 } }' },
  });
  const at = (name: string) => join(folder.path, name);
  expect(await refusal({ expect: at('bad.json') })).toMatch(
    /^UsageError: --expect states .*give --context DIR too\.$/,
  );
  expect(await refusal({ context: at('good'), expect: at('none.json') })).toMatch(
    /none\.json: cannot read .*no such file$/,
  );
  expect(await refusal({ context: at('good'), expect: at('bad.json') })).toMatch(
    /bad\.json:1:\d+: \/run\/exitCode /,
  );
});

test('names in an expectation are left out: the image has those of the run', async () => {
  const text = '{ "tags": ["app:1"], "run": { "stdout": "up\\n" } }';
  await using folder = await scratchFolder({ 'app/Dockerfile': 'FROM scratch\n', 'e.json': text });
  const image = await readGivenImage({
    context: join(folder.path, 'app'),
    expect: join(folder.path, 'e.json'),
  });
  expect(image).toMatchObject({ label: 'app', expectation: { run: { stdout: 'up\n' } } });
  expect(image?.expectation).not.toHaveProperty('tags');
});
