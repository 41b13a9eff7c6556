import { beforeAll, expect, test } from 'vitest';
import { cli, startCli } from './cli.ts';

beforeAll(startCli);

test.each([['config.diff-id'], ['CONFIG.DIFF-ID'], ['C4'], ['c4']])('%s is explained', async (name) => {
  const { code, stdout, stderr } = await cli(['explain', name]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^config\.diff-id\n/);
  expect(stdout).toMatch(/Level +\S/);
  expect(stdout).toMatch(/Says +"/);
  expect(stdout).toMatch(/Source +https:\/\/\S+\n/);
  expect(stdout).toMatch(/Breaks +\S/);
  expect(stdout).toMatch(/Mutants +\S/);
});

test('an older name that has become several requirements explains them all', async () => {
  const { stdout } = await cli(['explain', 'O4']);
  expect(stdout).toMatch(/^layout\.blob-digest$[\s\S]*^layout\.blob-name$/m);
});

test.each([['expectation.rootfs'], ['build.four-layers']])('%s is explained too', async (name) => {
  expect((await cli(['explain', name])).stdout).toMatch(new RegExp(`^${name}\n`));
});

test('every requirement is listed, and every one listed can be explained', async () => {
  const { stdout } = await cli(['explain', '--list']);
  const ids = stdout.split('\n').flatMap((line) => line.split(' ')[0] || []);
  expect(ids.length).toBeGreaterThan(50);
  const { code, stdout: all } = await cli(['explain', ...ids]);
  expect(code).toBe(0);
  for (const id of ids) expect(all).toContain(`${id}\n  `);
});

test.each([
  [['config.dif-id'], 'Did you mean config.diff-id'],
  [['zzzzzzzz'], 'Nothing is called "zzzzzzzz".'],
  [[], 'Nothing to explain is named.'],
  [['--nonsense'], 'No option is called "--nonsense".'],
])('%j is refused in one sentence', async (args, said) => {
  const { code, stdout, stderr } = await cli(['explain', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});

test.each([
  [['chekc'], 'Did you mean check?'],
  [['__proto__'], 'No command is called "__proto__".'],
])('the command %j is refused', async (args, said) => {
  const { code, stdout, stderr } = await cli(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(said);
});

test('--version prints the version', async () => {
  expect(await cli(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test('a name is proposed once, however many requirements had it', async () => {
  const { stderr } = await cli(['explain', 'A77']);
  expect(stderr).toContain('Did you mean');
  expect(stderr).not.toMatch(/(\b\w+), \1\b/);
});
