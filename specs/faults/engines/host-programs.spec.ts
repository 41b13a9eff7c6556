import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { runUnderTerminal } from '../../../helpers/engines/run-image.ts';
import { provideHostPrograms } from '../../../helpers/engines/start/host-programs.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import './needs.ts';
import { pathWithout } from './path-without.ts';

const run = promisify(execFile);

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Provides on a host that lacks the programs; returns what was told. */
async function provideWithout(folder: string, ...programs: readonly string[]): Promise<readonly string[]> {
  vi.stubEnv('PATH', await pathWithout(folder, programs));
  vi.stubEnv('CC', '');
  const told: string[] = [];
  const { problem } = await provideHostPrograms((line) => told.push(line));
  expect(problem).toBeUndefined();
  return told;
}

test('A host that has everything is told nothing', async () => {
  await using bin = await scratchFolder();
  await provideWithout(bin.path);
  const told: string[] = [];
  expect(await provideHostPrograms((line) => told.push(line))).toEqual({ lacking: [] });
  expect(told).toEqual([]);
});

test('gcc comes from Debian’s packages and compiles in the folder where it is called', async () => {
  await using bin = await scratchFolder();
  await using folder = await scratchFolder();
  const [told] = await provideWithout(bin.path, 'gcc');
  expect(told).toMatch(/^This host lacks gcc: taken from Debian’s gcc, libc6-dev /);
  const cwd = join(folder.path, "a folder's name");
  await mkdir(cwd);
  await copyFile(join(projectFolder('c'), 'main.c'), join(cwd, 'main.c'), constants.COPYFILE_EXCL);
  await run('gcc', ['-o', 'hello', '-static', 'main.c'], { cwd });
  expect((await run(join(cwd, 'hello'))).stdout).toBe('Hello, world!\n');
  await expect(run('gcc', ['absent.c'], { cwd })).rejects.toMatchObject({ code: 1 });
});

test('A gcc without a static C library is replaced', async () => {
  await using bin = await scratchFolder();
  await using shared = await scratchFolder({ gcc: '#!/bin/sh\necho libc.a\n' });
  await run('chmod', ['+x', join(shared.path, 'gcc')]);
  vi.stubEnv('PATH', `${shared.path}:${await pathWithout(bin.path, ['gcc'])}`);
  vi.stubEnv('CC', '');
  expect((await provideHostPrograms(() => {})).lacking).toEqual(['gcc']);
  expect((await run('gcc', ['-print-file-name=libc.a'])).stdout).toMatch(/^\/.+\/libc\.a\n$/);
});

test('A compiler that CC names is not replaced', async () => {
  await using bin = await scratchFolder();
  vi.stubEnv('PATH', await pathWithout(bin.path, ['gcc']));
  vi.stubEnv('CC', 'clang');
  expect(await provideHostPrograms(() => {})).toEqual({ lacking: [] });
});

test('jq and script come from Debian’s packages and see the host’s files', async () => {
  await using bin = await scratchFolder();
  await using folder = await scratchFolder({ 'manifest.json': '[{"Layers":["a","b"]}]' });
  const cwd = folder.path;
  await provideWithout(bin.path, 'jq', 'script');
  expect((await run('jq', ['.[0].Layers[]', '-r', 'manifest.json'], { cwd })).stdout).toBe('a\nb\n');
  await expect(run('jq', ['('], { cwd })).rejects.toMatchObject({ code: 3 });
  const result = await runUnderTerminal(['sh', '-c', 'tty -s && pwd; exit 7'], { cwd });
  expect(result).toMatchObject({ exitCode: 7, stdout: `${cwd}\r\n` });
});

test('A host without apt is told what to install, and why', async () => {
  await using bin = await scratchFolder();
  await using cache = await scratchFolder();
  vi.stubEnv('PATH', await pathWithout(bin.path, ['jq', 'apt-get']));
  vi.stubEnv('XDG_CACHE_HOME', cache.path);
  const told: string[] = [];
  const { problem } = await provideHostPrograms((line) => told.push(line));
  expect(problem).toMatch(/^This host lacks jq, and .* this host has no apt-get; .* Install jq: /);
  expect(told).toContain(problem);
});

test('The loopback interface of an engine is up, on a host without iproute2', async () => {
  await using bin = await scratchFolder();
  vi.stubEnv('PATH', await pathWithout(bin.path, ['ip', 'ifconfig', 'busybox']));
  await using folder = await scratchFolder();
  vi.stubEnv('TMPDIR', folder.path);
  const engine = await startEngine(await loadRecipe('docker-26'));
  try {
    const [program = '', ...words] = engine.handle.tools['docker'] ?? [];
    const target = /--target=(\d+)/.exec([program, ...words].join(' '))?.[1];
    const table = await readFile(`/proc/${target}/net/fib_trie`, 'utf8');
    expect(table).toContain('127.0.0.1');
  } finally {
    await engine.stop();
  }
});

test('A host without Perl is told so', async () => {
  await using bin = await scratchFolder();
  vi.stubEnv('PATH', await pathWithout(bin.path, ['perl']));
  await expect(startEngine(await loadRecipe('docker-26'))).rejects.toThrow(/has no Perl.*install perl-base/);
});
