import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleReport } from '../self/report/example.ts';
import { RECORDED } from '../self/report/recorded.ts';
import { installInto, type Packed, packProject } from './pack.ts';

const OLD = resolve(RECORDED.legacy);
const NEW = resolve(RECORDED.containerd);

describe('the package', () => {
  let folder: string;
  let packed: Packed;
  /** A folder in which nothing but the package is installed. */
  let empty: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    packed = await packProject(folder);
    empty = await installInto(join(folder, 'empty'), packed.tarball);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const run = (program: string, ...args: readonly string[]) =>
    execa(program, args, {
      cwd: empty,
      reject: false,
      preferLocal: true,
      localDir: empty,
      env: { NODE_PATH: '' },
    });
  const command = (...args: readonly string[]) => run('scratch-conformance', ...args);

  it('holds the command, its entries, page, schemas, licence and examples, and nothing of the workshop', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of [
      '.build/cli.js',
      '.build/page.js',
      '.build/page.css',
      '.build/layer-worker.js',
      '.build/index.js',
      '.build/vitest.js',
      '.build/vitest-engine.js',
      '.build/types/cli/index.d.ts',
      '.build/types/runner/vitest-entry.d.ts',
      '.build/types/runner/spec-engine-setup.d.ts',
      'LICENSE',
      'package.json',
      'specs/examples/image.spec.mjs',
    ]) {
      expect(paths).toContain(path);
    }
    for (const name of ['report', 'gate', 'check', 'expectation', 'gate-allow', 'deviation']) {
      expect(paths.some((path) => path.endsWith(`/${name}.schema.json`))).toBe(true);
    }
    const workshop = /^(?:specs\/(?!examples\/)|node_modules\/|report\/|\.ci\/|\.github\/)/;
    expect(paths.filter((path) => workshop.test(path))).toEqual([]);
  });

  it('is small, and its types are a small part of it', () => {
    expect(packed.size).toBeLessThan(750_000);
    // The largest part, the measured receptions, is there once.
    const large = packed.files.filter(({ size }) => size > 250_000).map(({ path }) => path);
    expect(large).toEqual(['fixtures/consumers/receptions.json']);
    const types = packed.files.filter(({ path }) => path.startsWith('.build/types/'));
    expect(types.length).toBeGreaterThan(5);
    expect(types.length).toBeLessThan(40);
  });

  it('passes publint', async () => {
    const { messages } = await publint({ pkgDir: packed.stage, strict: true, pack: 'npm' });
    const manifest = JSON.parse(await readFile(join(packed.stage, 'package.json'), 'utf8'));
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it('runs with npx from the packed file', async () => {
    const npx = ['--yes', '--prefer-offline', '--package', packed.tarball, 'scratch-conformance'];
    const { stdout } = await execa('npx', [...npx, 'check', NEW, '--format', 'json'], {
      cwd: folder,
      reject: false,
      env: { NODE_PATH: '' },
    });
    expect(JSON.parse(stdout).version).toBe(1);
  });

  it('has every command that --help names, or says in one sentence which package it needs', async () => {
    const help = await command('--help');
    expect(help.stdout).toContain('Usage: scratch-conformance COMMAND');
    const names = [...help.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['check', 'diff', 'explain', 'gate', 'conformance']));
    for (const name of names) {
      const { exitCode, stdout, stderr } = await command(name, '--help');
      if (exitCode === 0) expect(stdout).toContain(`Usage: scratch-conformance ${name}`);
      else expect(stderr).toMatch(/^Could not run: the package \S+ is not installed, .* npm install /);
      expect(`${stdout}${stderr}`).not.toContain('Suite bug');
    }
    for (const name of ['tools', 'docs']) {
      expect(names).not.toContain(name);
      expect((await command(name)).stderr).toMatch(/run it in a checkout/);
    }
  });

  it('judges, compares, explains, gates and renders without an engine', async () => {
    expect((await command('check', '--list')).stdout).toContain('config.diff-id');
    expect((await command('check', NEW, '--for', 'docker-28')).exitCode).toBe(0);
    const produced = await command('check', NEW, '--producer', 'docker@28.5.2', '--format', 'json');
    expect(JSON.parse(produced.stdout).verdict).toBe('conforms');
    expect((await command('diff', NEW, OLD)).exitCode).toBe(1);
    expect((await command('explain', 'layer.whiteout-folders')).stdout).toContain('Measured  ');
    const stored = exampleReport({ engines: 2, requirements: 5, variants: 1 });
    await writeFile(join(empty, 'matrix.json'), JSON.stringify(stored));
    const [first, second] = stored.engines.map(({ name }) => `matrix.json#${name}`);
    const gate = await command('gate', '--baseline', first ?? '', '--candidate', second ?? '');
    expect(gate.stdout).toMatch(/go/i);
    expect([0, 1]).toContain(gate.exitCode);
    expect((await command('report', 'matrix.json')).exitCode).toBe(0);
    expect(await readFile(join(empty, 'report/index.html'), 'utf8')).toContain('Content-Security-Policy');
  });

  it('runs the examples that need no engine', async () => {
    for (const name of ['check.mjs', 'compare.mjs'])
      await writeFile(join(empty, name), await readFile(`specs/examples/${name}`));
    expect(await run('node', 'check.mjs', NEW)).toMatchObject({ exitCode: 0, stdout: 'conforms' });
    const broken = await run(
      'node',
      'check.mjs',
      resolve('fixtures/cases/whiteout-below-whiteout/archive.tar'),
    );
    expect(broken.stdout).toMatch(
      /but at .*: expected .*, found .*\n.*\n {2}Measured: .*\ndoes-not-conform$/,
    );
    expect(broken.exitCode).toBe(1);
    const missing = await run('node', 'check.mjs', 'none.tar');
    expect(missing.stdout).toContain('none.tar');
    expect(missing.exitCode).toBe(2);
    expect(await run('node', 'compare.mjs', NEW, NEW)).toMatchObject({
      exitCode: 0,
      stdout: 'the same root file system',
    });
    expect((await run('node', 'compare.mjs', NEW, OLD)).stdout).toMatch(/^\w+: .*→[\s\S]*root file system$/);
  });

  it('says what to install for specs, and judges in them', async () => {
    const alone = await run(
      'node',
      '--eval',
      "import('scratch-conformance/vitest').catch((e) => console.log(e.message))",
    );
    expect(alone.stdout).toMatch(
      /^Could not run: the package vitest is not installed, .* npm install .*vitest@/,
    );
    await symlink(resolve('node_modules/vitest'), join(empty, 'node_modules/vitest'));
    await writeFile(
      join(empty, 'archive.spec.mjs'),
      `import { readArchive } from 'scratch-conformance';
       import { expect, test } from 'scratch-conformance/vitest';
       const archive = await readArchive(${JSON.stringify(NEW)});
       test('holds', () => {
         expect(archive).toConform();
         expect(archive).toLoadIn('docker-28');
         expect(archive).toHoldLayers([['hello'], ['README.md'], { 'final.txt': 'a\\n' }, { 'final.txt': 'b\\n' }]);
       });
       test('fails', () => expect(archive).toHaveFile('/final.txt', { content: 'c\\n' }));
       test('needs an engine', ({ engine }) => expect(engine.name).toBe('?'));`,
    );
    const { stdout, stderr, exitCode } = await run(
      'node',
      'node_modules/vitest/vitest.mjs',
      'run',
      '--no-color',
    );
    const text = `${stdout}${stderr}`;
    expect(text).toMatch(/2 failed \| 1 passed/);
    expect(text).toMatch(/expected "c\\n" .*\n.*found {4}"b\\n"/);
    expect(text).toMatch(/Could not run: the package (?:execa|dockerode) is not installed, /);
    expect(exitCode).toBe(1);
  });

  it('has types that a strict project can use', async () => {
    await writeFile(
      join(empty, 'use.mts'),
      `import { type Archive, checkArchive, diffArchives, explain, readArchive, UnreadableError } from 'scratch-conformance';
       const archive: Archive = await readArchive('a.tar').catch((error: unknown) => { throw error instanceof UnreadableError ? error : new Error(); });
       const { verdict } = await checkArchive(archive, { levels: ['must'], expectation: { layers: [{ files: [{ path: 'a' }] }] } });
       const exit: 0 | 1 | 2 = ({ conforms: 0, 'does-not-conform': 1, 'could-not-judge': 2 } as const)[verdict];
       const measured: string | undefined = (await explain('config.diff-id')).measured;
       const what: readonly string[] = (await diffArchives(archive, 'b.tar', { ignore: ['times'] })).differences.map((one) => one.what);
       // @ts-expect-error No such level.
       await checkArchive('a.tar', { levels: ['shall'] });
       export { exit, measured, what };`,
    );
    await writeFile(
      join(empty, 'spec.mts'),
      `import { expect, test } from 'scratch-conformance/vitest';
       test.override({ recipe: 'docker-28' });
       test('a', async ({ build, engine, run, save }) => {
         const image: string = await build('image', { builder: 'buildx' });
         expect((await run(image, { tty: true })).exitCode).toBe(0);
         const archive = await save(image);
         expect(archive).toConform({ level: 'should' });
         expect(archive).not.toHaveFile('a', { mode: 0o644 });
         await expect(archive).toLoadIn(engine.name, { start: true });
         // @ts-expect-error No such area.
         expect(archive).toEqualImage(archive, { ignore: ['time'] });
       });`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
    const compiler = resolve('node_modules/typescript/bin/tsc');
    const library = await run('node', compiler, ...options, '--exactOptionalPropertyTypes', 'use.mts');
    expect(library.stdout).toBe('');
    const specs = await run('node', compiler, ...options, '--skipLibCheck', 'spec.mts');
    expect(specs.stdout).toBe('');
  });
});
