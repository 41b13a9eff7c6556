import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { processesWith } from '../engines/traces.ts';
import '../engines/needs.ts';

const START = join(projectFolder('helpers'), 'engines/start/start.ts');
const RECIPE = join(projectFolder('helpers'), 'engines/recipe.ts');

/** Specs that start an engine and hang. */
const SPECS = {
  fixture: `import { test } from 'scratch-conformance/vitest';
    test.override({ recipe: 'docker-26' });
    test('hangs', async ({ engine }) => new Promise((resolve) => setTimeout(resolve, 60_000, engine)));`,
  function: `import { test } from 'vitest';
    import { loadRecipe } from ${JSON.stringify(RECIPE)};
    import { startEngine } from ${JSON.stringify(START)};
    test('hangs', { timeout: 60_000 }, async () => {
      await startEngine(await loadRecipe('docker-26'));
      await new Promise(() => {});
    });`,
};

test.for([
  ['fixture', 'SIGTERM'],
  ['fixture', 'SIGKILL'],
  ['function', 'SIGTERM'],
  ['function', 'SIGKILL'],
] as const)(
  'an engine that a spec started by a %s is gone after %s to the main process of vitest',
  async ([kind, signal]) => {
    await using temporary = await scratchFolder();
    const root = dirname(projectFolder('helpers'));
    const folder = join(temporary.path, 'specs');
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await symlink(root, join(folder, 'node_modules/scratch-conformance'));
    await writeFile(join(folder, 'image.spec.ts'), SPECS[kind]);
    const program = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [program, 'run', '--root', folder, '--pool', 'forks'], {
      env: { ...process.env, TMPDIR: temporary.path },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const engines = async () =>
      (await processesWith(temporary.path)).filter((line) => line.includes('dockerd --host='));
    await expect.poll(engines, { timeout: 60_000, interval: 200 }).not.toEqual([]);
    child.kill(signal);
    await once(child, 'close');
    await expect.poll(() => processesWith(temporary.path), { timeout: 15_000, interval: 200 }).toEqual([]);
  },
);
