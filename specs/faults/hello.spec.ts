import { cp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { projectFolder } from '../../helpers/common/project-files.ts';
import { scratchFolder } from '../self/engines/scratch-folder.ts';
import './engines/needs.ts';

test('specs/hello.spec.ts fails on an image that holds the text a twice', async () => {
  await using checkout = await scratchFolder();
  const root = join(projectFolder('specs'), '..');
  for (const path of ['c', 'fixtures', 'helpers', 'package.json', 'specs', 'vitest.config.ts'])
    await cp(join(root, path), join(checkout.path, path), { recursive: true });
  await symlink(join(root, 'node_modules'), join(checkout.path, 'node_modules'));
  await writeFile(
    join(checkout.path, 'fixtures/hello/Dockerfile'),
    'FROM scratch\nCOPY hello /\nCOPY README.md /\nCOPY a.txt /final.txt\nCOPY a.txt /final.txt\nCMD ["/hello"]\n',
  );

  const { exitCode, all } = await execa({
    cwd: checkout.path,
    env: { SCRATCH_ENGINE: 'docker-26', NO_COLOR: '1' },
    all: true,
    reject: false,
  })`node node_modules/vitest/vitest.mjs run --project procedure specs/hello.spec.ts`;
  expect(exitCode, all).toBe(1);
  // A builder may leave out the second layer, for it changes nothing.
  expect(all).toMatch(/Error: expected .*saved-\d+\.tar to hold these layers/);
});
