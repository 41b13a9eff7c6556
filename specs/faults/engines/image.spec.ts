import { execFile } from 'node:child_process';
import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { askEngineJson } from '../../../helpers/engines/api.ts';
import type { EngineHandle, RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { type EngineRecipe, loadRecipe } from '../../../helpers/engines/recipe.ts';
import { provideRootfs } from '../../../helpers/engines/start/rootfs.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { importFolder } from './import-rootfs.ts';
import { reason } from './needs.ts';

const run = promisify(execFile);

let outer: RunningEngine;
let inner: EngineRecipe;

/** Docker 20.10 hands on every capability that it knows, so it refuses `--privileged` where this machine lacks one. */
beforeAll(async () => {
  if (reason !== undefined) return;
  outer = await startEngine(await loadRecipe('docker-20'));
  const recipe = await loadRecipe('docker-26');
  if (recipe.source.type !== 'rootfs') throw new Error('Suite bug: docker-26 is not made of packages.');
  const reference = `${outer.handle.runId}/engine:1`;
  await importFolder(outer.handle, await provideRootfs(recipe.source), reference);
  inner = { ...recipe, name: 'nested', source: { type: 'image', reference, data: '/var/lib/docker' } };
});

afterAll(() => outer?.stop());

async function tool({ tools }: EngineHandle, ...args: readonly string[]): Promise<string> {
  const [program = '', ...leading] = tools.docker ?? [];
  return (await run(program, [...leading, ...args])).stdout;
}

test('An engine from an image builds, runs and saves, and its container is gone afterwards', async () => {
  await using temporary = await scratchFolder();
  vi.stubEnv('TMPDIR', temporary.path);
  const said: string[] = [];
  const engine = await startEngine(inner, { outer: outer.handle, onProgress: (line) => said.push(line) });
  const { handle } = engine;
  try {
    expect(handle.stack).toMatchObject({
      version: expect.stringContaining('26.1.5'),
      buildx: expect.anything(),
    });
    const program = join(handle.workDir, 'hello');
    await copyFile('c/main.c', `${program}.c`);
    await run('gcc', ['-static', '-o', program, `${program}.c`]);
    await writeFile(join(handle.workDir, 'Dockerfile'), 'FROM scratch\nCOPY hello /\nCMD ["/hello"]\n');
    await tool(handle, 'build', '--quiet', '--tag', 'hello', handle.workDir);
    expect(await tool(handle, 'run', '--rm', 'hello')).toBe('Hello, world!\n');
    await tool(handle, 'save', '--output', join(handle.workDir, 'hello.tar'), 'hello');
    const { stdout } = await run('tar', ['--list', '--file', join(handle.workDir, 'hello.tar')]);
    expect(stdout).toContain('manifest.json');
  } finally {
    vi.unstubAllEnvs();
    await engine.stop();
  }
  expect(await readdir(temporary.path)).toEqual([]);
  expect(said[0]).toBe(`starting the image ${outer.handle.runId}/engine:1`);
  expect(await askEngineJson('containers', outer.handle.dockerHost ?? '', '/containers/json?all=1')).toEqual(
    [],
  );
});

test('Where privileged containers are refused, that is said', async (context) => {
  const all = await run('setpriv', ['--dump']).then(({ stdout }) =>
    /bounding set: .*sys_resource/i.test(stdout),
  );
  context.skip(all, 'this machine refuses no privileged container: it has CAP_SYS_RESOURCE');
  const engine = await startEngine(inner, { outer: outer.handle });
  await engine.stop();
  expect(engine.handle.notices?.join()).toMatch(/refuses privileged containers .* without SYS_RESOURCE/);
});

test('A command in a container stays in its root file system', async () => {
  const engine = await startEngine(inner, { outer: outer.handle });
  try {
    const id = (await tool(outer.handle, 'ps', '--quiet')).trim();
    await writeFile(join(outer.handle.workDir, 'outside'), '');
    const [program = '', ...leading] = outer.handle.tools.docker ?? [];
    const inside = [...leading, 'exec', id, '/usr/bin/docker', '--version'];
    expect((await run(program, inside)).stdout).toContain('Docker version 26.1.5');
  } finally {
    await engine.stop();
  }
});

test('An image that cannot be pulled is named', async () => {
  const recipe: EngineRecipe = {
    ...inner,
    source: { type: 'image', reference: 'registry.invalid/engine:1', data: '/var/lib/docker' },
  };
  await expect(startEngine(recipe, { outer: outer.handle })).rejects.toThrow(
    /^The image registry\.invalid\/engine:1 cannot be started: /,
  );
});
