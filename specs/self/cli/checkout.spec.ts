import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

/** A checkout that cannot run: never exit code 1, which says that something does not conform. */
async function runIn(path: string): Promise<{ readonly code: unknown; readonly text: string }> {
  return promisify(execFile)(process.execPath, [join(path, 'helpers/cli/run.js'), 'check', 'x.tar']).then(
    ({ stdout }) => ({ code: 0, text: stdout }),
    (error) => ({ code: error.code, text: error.stderr }),
  );
}

test('without node_modules one sentence says to install them', async () => {
  await using folder = await scratchFolder({ 'package.json': '{ "type": "module" }' });
  await cp(projectFolder('helpers'), join(folder.path, 'helpers'), { recursive: true });
  expect(await runIn(folder.path)).toEqual({
    code: 2,
    text: `Could not run: a package that the suite needs is not installed (esbuild); run npm ci in ${folder.path}.\n`,
  });
});

test('where the bundle cannot be written one sentence says so', async () => {
  await using folder = await scratchFolder({
    'package.json': '{ "type": "module" }',
    '.build': 'a file in place of the folder',
  });
  await mkdir(join(folder.path, 'helpers/cli'), { recursive: true });
  await cp(join(projectFolder('helpers/cli'), 'run.js'), join(folder.path, 'helpers/cli/run.js'));
  const bundle = `import { mkdir } from 'node:fs/promises';
    export const bundle = ({ outdir }) => mkdir(outdir + '/x', { recursive: true });`;
  await writeFile(join(folder.path, 'helpers/cli/bundle.js'), bundle);
  const { code, text } = await runIn(folder.path);
  expect(text).toMatch(
    /^Could not run: the command line cannot be bundled into .*\/\.build \(E\w+\); run npm ci once/,
  );
  expect(code).toBe(2);
});
