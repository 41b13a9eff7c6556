import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { provideRootfs } from '../../../helpers/engines/start/rootfs.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { installInto, packProject } from '../../package/pack.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { RECORDED } from '../../self/report/recorded.ts';
import { commandLine } from '../engines/command-line.ts';
import { importFolder } from '../engines/import-rootfs.ts';
import { reason } from '../engines/needs.ts';

/** The tool as an image, built from the suite itself, and judged by it. No registry is asked. */

const IMAGE = 'scratch-conformance:test';

let engine: RunningEngine;

beforeAll(async () => {
  if (reason !== undefined) return;
  engine = await startEngine(await loadRecipe('docker-26'));
  const packages = ['bash', 'coreutils', 'dash', 'grep', 'libc-bin', 'nodejs'];
  const root = await provideRootfs({ type: 'rootfs', suites: ['trixie'], packages });
  // What Debian's installer does beside unpacking.
  const whole = join(engine.handle.workDir, 'node-of-debian');
  const run = promisify(execFile);
  await run('cp', ['--archive', root, whole]);
  for (const name of ['bin', 'lib', 'lib64'])
    await run('ln', ['--symbolic', '--force', '--no-dereference', `usr/${name}`, join(whole, name)]);
  await importFolder(engine.handle, whole, 'node-of-debian:1');
});

afterAll(() => engine?.stop());

function docker(args: readonly string[], input?: Buffer) {
  const [program = '', ...leading] = engine.handle.tools.docker ?? [];
  return execa(program, [...leading, ...args], { reject: false, ...(input && { input }) });
}

test('The tool runs as an image from scratch, and its own archive conforms and starts', async () => {
  await using folder = await scratchFolder();
  const { tarball } = await packProject(join(folder.path, 'packed'));
  const context = await installInto(join(engine.handle.workDir, 'image'), tarball);
  const dockerfile = join(engine.handle.workDir, 'Dockerfile');
  await promisify(execFile)('cp', [resolve('.container/Dockerfile'), dockerfile]);
  const built = await docker([
    ...['build', '--file', dockerfile, '--build-arg', 'NODE=node-of-debian:1'],
    ...['--network', 'none', '--tag', IMAGE, context],
  ]);
  expect(built.exitCode, built.stderr).toBe(0);

  const archive = await readFile(RECORDED.containerd);
  const judged = await docker(
    ['run', '--rm', '--interactive', '--network', 'none', IMAGE, 'check', '-'],
    archive,
  );
  expect(judged.exitCode, judged.stderr).toBe(0);
  expect(judged.stdout).toMatch(/Conforms: \d+ of \d+ requirements hold/);
  const cut = await docker(['run', '--rm', '--interactive', IMAGE, 'check', '-'], archive.subarray(0, 6000));
  expect(cut.exitCode).toBe(1);

  const own = join(engine.handle.workDir, 'own.tar');
  expect((await docker(['save', '--output', own, IMAGE])).exitCode).toBe(0);
  await using files = await scratchFolder({
    'expectation.json': JSON.stringify({
      config: { User: '65532:65532', WorkingDir: '/work', Cmd: ['--help'], others: ['Env'] },
      rootfs: { absent: ['bin', 'bin/sh', 'etc/passwd'] },
    }),
  });
  const expected = join(files.path, 'expectation.json');
  const { text, exitCode } = commandLine(['check', own, '--ready', '--expect', expected, '--quiet']);
  expect(await exitCode, text()).toBe(0);
});
