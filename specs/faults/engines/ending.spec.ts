import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from './command-line.ts';
import { processesWith, tracesOf } from './traces.ts';
import './needs.ts';

test.for([
  ['SIGKILL', null],
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)(
  'An engine leaves no process, mount, control group or folder after %s',
  async ([signal, code]) => {
    const suite = commandLine(['engine', 'start', 'docker-26']);
    const [, run = '', work = ''] = await suite.until(/run (\S+)\nwork folder (\S+)\n.*Ctrl-C/);
    const folder = dirname(work);
    expect(await tracesOf(folder, run)).toContainEqual(expect.stringContaining('dockerd'));
    suite.child.kill(signal);
    expect(await suite.exitCode).toBe(code);
    // After SIGKILL nobody waits for the supervisor.
    await expect.poll(() => tracesOf(folder, run), { timeout: 10_000 }).toEqual([]);
  },
);

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

test('The host’s shared memory is neither used nor changed by podman', async () => {
  const locks = async () => {
    const names = (await readdir('/dev/shm')).filter((name) => name.startsWith('libpod'));
    return Promise.all(names.map(async (name) => [name, digestOf(await readFile(`/dev/shm/${name}`))]));
  };
  const before = await locks();
  const { handle, stop } = await startEngine(await loadRecipe('podman-5.4'));
  try {
    const [program = '', ...leading] = handle.tools.podman ?? [];
    await promisify(execFile)(program, [...leading, 'volume', 'create', 'takes-a-lock']);
    expect(await locks()).toEqual(before);
  } finally {
    await stop();
  }
});

test('A root file system that is being made leaves nothing when the suite is killed', async () => {
  await using cache = await scratchFolder();
  const suite = commandLine(['engine', 'start', 'docker-26'], {
    environment: { XDG_CACHE_HOME: cache.path },
  });
  await suite.until(/downloading package/);
  suite.child.kill('SIGKILL');
  await suite.exitCode;
  const folder = `${cache.path}/scratch-conformance/rootfs`;
  await expect
    .poll(async () => (await readdir(folder)).filter((name) => !name.endsWith('.lock')), { timeout: 10_000 })
    .toEqual([]);
  await expect.poll(() => processesWith(`${folder}/`), { timeout: 10_000 }).toEqual([]);
});
