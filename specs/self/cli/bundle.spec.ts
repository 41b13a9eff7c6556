import { cp, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

const root = dirname(projectFolder('helpers'));
const LONG_AGO = 1_700_000_000;

/** A project of a few lines around the real launcher: its command prints `word`. */
async function project(word: string) {
  const folder = await scratchFolder({
    'package.json': '{ "type": "module" }',
    'helpers/cli/entry.ts': `import { word } from '../word.ts';\nconsole.log(word);\n`,
    'helpers/cli/index.ts': '',
    'helpers/runner/vitest-entry.ts': '',
    'helpers/runner/spec-engine-setup.ts': '',
    'helpers/word.ts': `export const word: string = '${word}';\n`,
    'helpers/archive/layer-worker.ts': '',
    'helpers/runner/procedure-tests.ts': '',
    'helpers/runner/worker-process.ts': '',
    'helpers/runner/matrix/engine-tests.ts': '',
    'helpers/runner/matrix/together-tests.ts': '',
    'helpers/report/html/page/main.ts': '',
    'helpers/report/html/page/style.css': '',
  });
  const at = (path: string) => join(folder.path, path);
  for (const path of ['helpers/cli/run.js', 'helpers/cli/bundle.js', 'helpers/report/html/page-build.json'])
    await cp(join(root, path), at(path));
  await symlink(join(root, 'node_modules'), at('node_modules'));
  return {
    at,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
    run: async (environment = {}) =>
      (await execa('node', [at('helpers/cli/run.js')], { env: environment })).stdout,
    write: (path: string, text: string) => writeFile(at(path), text),
    /** As if nobody had edited anything for a while. */
    async settle() {
      for (const entry of await readdir(at('helpers'), { recursive: true, withFileTypes: true }))
        if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), LONG_AGO, LONG_AGO);
    },
  };
}

describe('a checkout', () => {
  test('that did not change is not bundled again', async () => {
    await using checkout = await project('one');
    expect(await checkout.run()).toBe('one');
    // A run that bundles fails.
    const withoutEsbuild = { ESBUILD_BINARY_PATH: '/bin/false' };
    expect(await checkout.run(withoutEsbuild)).toBe('one');
    await checkout.write('helpers/word.ts', "export const word = 'two';\n");
    await expect(checkout.run(withoutEsbuild)).rejects.toThrow();
  });

  test('never runs what was edited since, however soon', async () => {
    await using checkout = await project('one');
    expect(await checkout.run()).toBe('one');
    await checkout.write('helpers/word.ts', "export const word = 'two';\n");
    expect(await checkout.run()).toBe('two');
    // The same size, and the old time again.
    await checkout.write('helpers/word.ts', "export const word = 'six';\n");
    await checkout.settle();
    expect(await checkout.run()).toBe('six');
  });

  test('takes in a file that is imported since', async () => {
    await using checkout = await project('one');
    await checkout.run();
    await mkdir(checkout.at('helpers/more'));
    await checkout.write('helpers/more/word.ts', "export const word = 'more';\n");
    await checkout.write('helpers/word.ts', "export { word } from './more/word.ts';\n");
    expect(await checkout.run()).toBe('more');
    await checkout.write('helpers/more/word.ts', "export const word = 'much more';\n");
    expect(await checkout.run()).toBe('much more');
  });

  test.each([
    ['was changed', (file: string) => writeFile(file, "console.log('foreign');")],
    ['is gone', (file: string) => rm(file)],
  ])('is bundled again when a part of the bundle %s', async (_, spoil) => {
    await using checkout = await project('one');
    await checkout.run();
    await spoil(checkout.at('.build/cli.js'));
    expect(await checkout.run()).toBe('one');
  });

  test.each(['{', '{}', '[]'])('is bundled again when the record of the bundle reads %s', async (text) => {
    await using checkout = await project('one');
    await checkout.run();
    await checkout.write('.build/bundle.json', text);
    expect(await checkout.run()).toBe('one');
    expect(await readFile(checkout.at('.build/bundle.json'), 'utf8')).not.toBe(text);
  });

  test('may be run by several at once', async () => {
    await using checkout = await project('one');
    expect(await Promise.all([checkout.run(), checkout.run(), checkout.run()])).toEqual([
      'one',
      'one',
      'one',
    ]);
  });
});
