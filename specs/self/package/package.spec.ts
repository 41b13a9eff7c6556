import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleReport } from '../report/example.ts';
import { RECORDED } from '../report/recorded.ts';

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

describe('the package', () => {
  let folder: string;
  let packed: Packed;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'package-'));
    // A copy: the folder of the checkout also holds what earlier builds left, and others may be running from it.
    const stage = join(folder, 'stage');
    await execa('node', ['helpers/cli/run.js', '--build-only', join(stage, '.build')]);
    for (const path of ['package.json', 'tsconfig.json', 'LICENSE', 'helpers', 'c']) {
      await cp(path, join(stage, path), { recursive: true });
    }
    // npm 9 runs the script `prepare` of the folder also with --ignore-scripts, and that one bundles all of this.
    for (const path of ['specs', 'fixtures']) await cp(path, join(stage, path), { recursive: true });
    await symlink(resolve('node_modules'), join(stage, 'node_modules'));
    const { stdout } = await execa(
      'npm',
      ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
      { cwd: stage },
    );
    const result: readonly Packed[] = JSON.parse(stdout);
    if (!result[0]) throw new Error('npm pack told nothing');
    packed = result[0];
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds the command, its page, schemas, licence and nothing of the workshop', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of [
      '.build/cli.js',
      '.build/page.js',
      '.build/page.css',
      '.build/layer-worker.js',
      '.build/index.js',
      '.build/types/cli/index.d.ts',
      'LICENSE',
      'package.json',
    ]) {
      expect(paths).toContain(path);
    }
    for (const name of ['report', 'gate', 'check', 'expectation', 'gate-allow', 'deviation']) {
      expect(paths.some((path) => path.endsWith(`/${name}.schema.json`))).toBe(true);
    }
    expect(paths.filter((path) => /^(?:specs|node_modules|report|\.ci|\.github)\//.test(path))).toEqual([]);
  });

  it('is small, and its types are a small part of it', () => {
    expect(packed.size).toBeLessThan(700_000);
    const types = packed.files.filter(({ path }) => path.startsWith('.build/types/'));
    expect(types.length).toBeGreaterThan(5);
    expect(types.length).toBeLessThan(40);
  });

  it('passes publint', async () => {
    const { messages } = await publint({ pkgDir: join(folder, 'stage'), strict: true, pack: 'npm' });
    const manifest = JSON.parse(await readFile(join(folder, 'stage/package.json'), 'utf8'));
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  }, 60_000);

  it('runs with npx from the packed file in an empty directory', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const command = (...args: readonly string[]) =>
      execa(
        'npx',
        [
          '--yes',
          '--prefer-offline',
          '--package',
          join(folder, packed.filename),
          'scratch-conformance',
          ...args,
        ],
        {
          cwd: empty,
          reject: false,
          env: { NODE_PATH: '' },
        },
      );
    const help = await command('--help');
    expect(help.stdout).toContain('Usage: scratch-conformance COMMAND');
    const list = await command('check', '--list');
    expect(list.exitCode).toBe(0);
    expect(list.stdout).toContain('config.diff-id');
    const check = await command('check', join(process.cwd(), RECORDED.containerd), '--format', 'json');
    expect([0, 1]).toContain(check.exitCode);
    expect(JSON.parse(check.stdout).version).toBe(1);
    await writeFile(
      join(empty, 'matrix.json'),
      JSON.stringify(exampleReport({ engines: 2, requirements: 5, variants: 1 })),
    );
    // Every command that --help names answers, or says in one sentence which package it needs.
    const names = [...help.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name);
    expect(names).toEqual(expect.arrayContaining(['check', 'diff', 'explain', 'gate', 'conformance']));
    for (const name of names) {
      const { exitCode, stdout, stderr } = await command(name, '--help');
      if (exitCode === 0) expect(stdout).toContain(`Usage: scratch-conformance ${name}`);
      else expect(stderr).toMatch(/^Could not run: the package \S+ is not installed, .* npm install /);
      expect(`${stdout}${stderr}`).not.toContain('Suite bug');
    }
    const other = join(process.cwd(), RECORDED.legacy);
    expect((await command('diff', join(process.cwd(), RECORDED.containerd), other)).exitCode).toBe(1);
    expect((await command('explain', 'layer.whiteout-folders')).stdout).toContain('Measured  ');
    expect((await command('fuzz')).stderr).toMatch(/run it in a checkout/);
    const report = await command('report', 'matrix.json');
    expect(report.exitCode).toBe(0);
    expect(await readFile(join(empty, 'report/index.html'), 'utf8')).toContain('Content-Security-Policy');
  }, 180_000);
});
