import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { epochOf, readGivenImage } from '../../../helpers/cli/given-image.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

/** Wrong options are refused in one sentence before an engine is started. */

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

test.for<[string, string | undefined, number | RegExp]>([
  ['a folder', undefined, 1_577_836_800],
  ['a folder', '1600000000', 1_600_000_000],
  ['a folder', '', 1_577_836_800],
  ['a folder', 'yesterday', /SOURCE_DATE_EPOCH is "yesterday", which is no number of seconds since 1970\.$/],
  ['a folder', '-1', /SOURCE_DATE_EPOCH is /],
])('--reproduce of %s with SOURCE_DATE_EPOCH %s', ([context, own, expected]) => {
  vi.stubEnv('SOURCE_DATE_EPOCH', own);
  const epoch = () => epochOf({ reproduce: true, context });
  if (typeof expected === 'number') expect(epoch()).toBe(expected);
  else expect(epoch).toThrow(expected);
  vi.unstubAllEnvs();
});

test('--reproduce alone has nothing to build', () => {
  expect(() => epochOf({ reproduce: true })).toThrow(
    /^--reproduce builds the folder of --context twice: give/,
  );
  expect(epochOf({ context: 'a' })).toBeUndefined();
});

test('a file of container-structure-test of which nothing can be judged is refused, and what is not judged is named', async () => {
  const text = 'schemaVersion: 2.0.0\nlicenseTests: [{ debian: true }]\n';
  await using folder = await scratchFolder({ 'app/Dockerfile': 'FROM scratch\n', 'e.yaml': text });
  const given = { context: join(folder.path, 'app'), expect: join(folder.path, 'e.yaml') };
  expect(await refusal(given)).toMatch(
    /^UsageError: \S+e\.yaml states nothing that can be judged here\. The license tests are not judged: /,
  );
});
