import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../engines/needs.ts';
import { installInto, packProject } from '../../package/pack.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { RECORDED } from '../../self/report/recorded.ts';
import { commandLine } from '../engines/command-line.ts';
import { mountsWith, processesWith } from '../engines/traces.ts';

/** What a person does who has the package and the README, in an empty folder, with an engine of the suite's own. */

const ARCHIVE = resolve(RECORDED.containerd);

let folder: string;
let project: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'));
  const { tarball } = await packProject(folder);
  project = await installInto(join(folder, 'project'), tarball);
  // The line that the package says when something is missing.
  const { stdout } = await execa({
    cwd: project,
  })`node --eval ${"import('scratch-conformance/vitest').catch((e) => console.log(e.message))"}`;
  const [, packages = ''] = / npm install (.*)$/.exec(stdout) ?? [];
  await installInto(project, tarball, ...packages.split(' '));
  await cp('specs/examples/image.spec.mjs', join(project, 'image.spec.mjs'));
  await mkdir(join(project, 'image'));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runSpecs(
  greeting: string,
  file = 'image.spec.mjs',
  environment: Readonly<Record<string, string>> = { SCRATCH_ENGINE: 'docker-26' },
) {
  await writeFile(join(project, 'image/greeting.txt'), greeting);
  await writeFile(join(project, 'image/Dockerfile'), 'FROM scratch\nCOPY greeting.txt /\nCMD ["/none"]\n');
  await using temporary = await scratchFolder();
  const { all, exitCode } = await execa({
    cwd: project,
    env: { TMPDIR: temporary.path, ...environment, NODE_PATH: '', NO_COLOR: '1' },
    all: true,
    reject: false,
  })`node node_modules/vitest/vitest.mjs run ${file}`;
  expect(await readdir(temporary.path)).toEqual([]);
  expect(await processesWith(temporary.path)).toEqual([]);
  return { text: all, exitCode };
}

test.for(['docker-26', 'podman-5.4'])(
  'the spec of five lines builds, saves and judges an image on %s',
  async (engine) => {
    const { text, exitCode } = await runSpecs('hello\n', 'image.spec.mjs', { SCRATCH_ENGINE: engine });
    expect(text).toMatch(/Tests +1 passed/);
    expect(exitCode).toBe(0);
  },
);

test('and fails, in the words of check, on an image that is another', async () => {
  const { text, exitCode } = await runSpecs('goodbye\n');
  expect(text).toMatch(/expected .*saved-\d\.tar to hold these layers/);
  expect(text).toMatch(
    /at image .*layers\[0\].*entry greeting\.txt\n.*expected "hello\\n".*\n.*found {4}"goodbye\\n"/,
  );
  expect(exitCode).toBe(1);
});

test('a file names its engine, its builder and its saver, and gives an archive to a consumer', async () => {
  const spec = `import { expect, test } from 'scratch-conformance/vitest';
    test.override({ recipe: 'docker-26' });
    test('wider', async ({ engine, build, run, save }) => {
      expect(engine.stack.version).toMatch(/^26\\./);
      const image = await build('${project}/image', { builder: 'buildx', tag: 'own-name:1', cache: false });
      expect(image).toBe('own-name:1');
      expect(await run(image)).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('/none') });
      const [first, second] = [await save(image), await save(image, { saver: 'api-save' })];
      expect(second).toEqualImage(first);
      expect(() => expect(first).toStart()).toThrow(/names a file that the image holds[^]*found/);
      await expect(first).toLoadIn('docker-26', { start: true });
      await expect(build('${project}/image', { builder: 'podman-build' })).rejects.toThrow(/no podman-build/);
      await expect(build('nowhere')).rejects.toThrow(/the build context .*nowhere cannot be copied: ENOENT/);
    });`;
  await writeFile(join(project, 'wider.spec.mjs'), spec);
  const { text, exitCode } = await runSpecs('hello\n', 'wider.spec.mjs', {});
  expect(text).toMatch(/Tests +1 passed/);
  expect(exitCode).toBe(0);
});

test('several files share one engine where the configuration says so', async () => {
  const config = `export default { test: { globalSetup: ['scratch-conformance/vitest/engine'], include: ['shared-*.spec.mjs'] } };`;
  await writeFile(join(project, 'vitest.shared.config.mjs'), config);
  for (const name of ['a', 'b'])
    await writeFile(
      join(project, `shared-${name}.spec.mjs`),
      `import { expect, test } from 'scratch-conformance/vitest';
       test('${name}', async ({ engine, build, save }) => {
         console.log('ADDRESS', engine.dockerHost);
         expect(await save(await build('${project}/image'))).toConform();
       });`,
    );
  const { text, exitCode } = await runSpecs('hello\n', '--config=vitest.shared.config.mjs');
  const addresses = [...text.matchAll(/ADDRESS (\S+)/g)].map(([, address]) => address);
  expect(addresses).toHaveLength(2);
  expect(new Set(addresses).size).toBe(1);
  expect(text).toMatch(/^Engine docker-26: /m);
  expect(exitCode, text).toBe(0);
});

test('an engine that does not exist is one sentence', async () => {
  const { text, exitCode } = await runSpecs('hello\n', 'image.spec.mjs', { SCRATCH_ENGINE: 'docker-82' });
  expect(text).toMatch(/EngineError: No engine is called "docker-82"; there are .*docker-28/);
  expect(exitCode).toBe(1);
});

test.for([
  [
    'conformance',
    ['conformance', '--builder', 'docker-build', '--output', 'report'],
    /^Conforms: none of \d+ requirements fails on docker-26/m,
  ],
  [
    'matrix',
    ['matrix', '--engine', 'docker-26', '--output', 'matrix'],
    /^Conforms: none of \d+ requirements fails on docker-26/m,
  ],
  ['engine', ['engine', 'list'], /^docker-26 /m],
  ['consumers', ['consumers', '--archive', ARCHIVE, '--consumer', 'docker-26'], /^docker-26 +taken/m],
  ['check --load', ['check', ARCHIVE, '--load', 'docker-26'], /✓ Conforms/],
] as const)('%s runs from the package', async ([, args, words]) => {
  const { all, exitCode } = await execa('scratch-conformance', args, {
    cwd: project,
    env: { SCRATCH_ENGINE: 'docker-26', NODE_PATH: '', NO_COLOR: '1' },
    preferLocal: true,
    localDir: project,
    all: true,
    reject: false,
  });
  expect(all).toMatch(words);
  expect(exitCode, all).toBe(0);
});

test('a report of the package says how the package repeats it', async () => {
  const report = JSON.parse(await readFile(join(project, 'report/conformance.json'), 'utf8'));
  expect(report.command).toBe('npx scratch-conformance conformance --builder docker-build --output report');
});

/** vitest itself leaves a folder when it is killed. */
async function foldersOfEngines(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('sc-'));
}

test.for([
  ['SIGKILL', null],
  ['SIGINT', 130],
] as const)(
  '%s while a test uses its engine leaves no process, no mount and no file',
  async ([signal, code]) => {
    await using temporary = await scratchFolder();
    const spec = `import { test } from 'scratch-conformance/vitest';
    test('waits', async ({ build }) => { await build('${project}/image'); console.log('BUILT'); await new Promise(() => {}); });`;
    await writeFile(join(project, 'waiting.spec.mjs'), spec);
    const vitest = commandLine(['run', '--root', project, 'waiting.spec.mjs'], {
      program: join(project, 'node_modules/vitest/vitest.mjs'),
      environment: { TMPDIR: temporary.path, SCRATCH_ENGINE: 'docker-26', NODE_PATH: '' },
    });
    await vitest.until(/BUILT/);
    expect(await foldersOfEngines(temporary.path)).toHaveLength(1);
    expect((await processesWith(temporary.path)).join('\n')).toMatch(/dockerd/);
    vitest.child.kill(signal);
    expect(await vitest.exitCode).toBe(code);
    await expect.poll(() => processesWith(temporary.path), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => foldersOfEngines(temporary.path), { timeout: 20_000 }).toEqual([]);
    expect(await mountsWith(temporary.path)).toEqual([]);
  },
);
