import { mkdir, readdir, symlink } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { EngineError } from '../../../helpers/engines/error.ts';
import { type EngineRecipe, loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from './command-line.ts';
import './needs.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The embedded engine's recipe with another command. */
async function withCommand(...command: readonly string[]): Promise<EngineRecipe> {
  const recipe = await loadRecipe('docker-26');
  return { ...recipe, start: { ...recipe.start, command } };
}

/** Starts a recipe that must fail; returns the sentence, after making sure that no folder is left. */
async function failure(recipe: EngineRecipe, timeoutMs?: number): Promise<string> {
  await using temporary = await scratchFolder();
  vi.stubEnv('TMPDIR', temporary.path);
  const error = await startEngine(recipe, timeoutMs === undefined ? {} : { timeoutMs }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(EngineError);
  expect(error).toMatchObject({ exitCode: 2 });
  expect(await readdir(temporary.path)).toEqual([]);
  return error?.message ?? '';
}

test('An engine that starts and dies is reported with its last words', async () => {
  const sentence = await failure(await withCommand('dockerd', '--no-such-flag'));
  expect(sentence).toMatch(/^The engine docker-26 ended while it started: .*no-such-flag/);
});

test('An engine that does not exist in its root file system is reported', async () => {
  const sentence = await failure(await withCommand('no-such-engine'));
  expect(sentence).toMatch(/^The engine docker-26 ended while it started: .*no-such-engine/);
});

test('An engine that never answers is ended after the stated time', async () => {
  const sentence = await failure(await withCommand('containerd'), 1500);
  expect(sentence).toMatch(/^The engine docker-26 did not answer within 1\.5 s; its last words: ./);
});

test('An engine whose memory is too small for its own files is reported', async () => {
  vi.stubEnv('SCRATCH_ENGINE_MEMORY', '64k');
  expect(await failure(await loadRecipe('docker-26'))).toContain('raise SCRATCH_ENGINE_MEMORY');
});

test('Without the right to make namespaces there is one sentence and exit code 2', async () => {
  const suite = commandLine(['engine', 'start', 'docker-26'], {
    leading: ['setpriv', '--bounding-set=-sys_admin'],
  });
  expect(await suite.exitCode).toBe(2);
  expect(suite.text()).toMatch(
    /^The engine docker-26 ended .* run as root with the capability CAP_SYS_ADMIN, or allow user namespaces .*\.\n$/,
  );
});

test('Without root there is one sentence', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  const sentence = await failure(await loadRecipe('docker-26')).finally(() => vi.restoreAllMocks());
  expect(sentence).toBe('The engine docker-26 needs root for its private namespaces.');
});

test('Without apt there is one sentence', async () => {
  await using folder = await scratchFolder();
  await mkdir(`${folder.path}/bin`);
  for (const tool of ['sh', 'cat', 'mkdir', 'rm', 'tail'])
    await symlink(`/bin/${tool}`, `${folder.path}/bin/${tool}`);
  for (const tool of ['unshare', 'flock']) await symlink(`/usr/bin/${tool}`, `${folder.path}/bin/${tool}`);
  vi.stubEnv('PATH', `${folder.path}/bin`);
  vi.stubEnv('XDG_CACHE_HOME', folder.path);
  expect(await failure(await loadRecipe('docker-26'))).toContain('this host has no apt-get');
});

test('A package archive that cannot be reached is named as such', async () => {
  await using folder = await scratchFolder();
  vi.stubEnv('SCRATCH_DEBIAN_MIRROR', 'http://127.0.0.1:1/debian');
  vi.stubEnv('XDG_CACHE_HOME', folder.path);
  expect(await failure(await loadRecipe('docker-26'))).toContain('the package archive cannot be reached');
});
