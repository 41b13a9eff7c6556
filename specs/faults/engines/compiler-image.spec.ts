import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { askEngineJson } from '../../../helpers/engines/api.ts';
import type { RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { provideRootfs } from '../../../helpers/engines/start/rootfs.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from './command-line.ts';
import { importFolder } from './import-rootfs.ts';
import { reason } from './needs.ts';
import { pathWithout } from './path-without.ts';

/** A laptop: an engine that runs already, a host without gcc, and nothing to install one with. */

const ROOT = dirname(projectFolder('helpers'));
const IMAGE = 'gcc:14';

let engine: RunningEngine;

beforeAll(async () => {
  if (reason !== undefined) return;
  engine = await startEngine(await loadRecipe('docker-26'));
  const packages = ['gcc', 'libc6-dev'];
  await importFolder(
    engine.handle,
    await provideRootfs({ type: 'rootfs', suites: ['trixie'], packages }),
    IMAGE,
  );
  // An image that has no compiler.
  await importFolder(engine.handle, join(ROOT, 'fixtures/hello'), 'no-gcc:1');
});

afterAll(() => engine?.stop());

async function laptop(bin: string, more: NodeJS.ProcessEnv = {}): Promise<NodeJS.ProcessEnv> {
  const { dockerHost = '' } = engine.handle;
  const path = await pathWithout(bin, ['gcc', 'apt-get']);
  const nothingKept = { XDG_CACHE_HOME: join(bin, 'cache') };
  return { PATH: path, CC: '', DOCKER_HOST: dockerHost, ...nothingKept, ...more };
}

async function conformance(environment: NodeJS.ProcessEnv) {
  await using output = await scratchFolder();
  const { text, exitCode } = commandLine(['conformance', '--output', output.path], { environment });
  const code = await exitCode;
  const json = await readFile(join(output.path, 'conformance.json'), 'utf8').catch(() => 'null');
  return { code, text: text(), report: JSON.parse(json) as Report | null };
}

function named(report: Report | null, id: string) {
  return (report?.subjects ?? []).flatMap(({ outcomes }) => outcomes.filter((outcome) => outcome.id === id));
}

test('Without gcc the program is compiled in a container of the default image, and the report says so', async () => {
  await using bin = await scratchFolder();
  const { code, text, report } = await conformance(await laptop(bin.path));
  expect(code, text).toBe(0);
  expect(text).toMatch(/^This host lacks gcc, .* The program is compiled in a container instead\.$/m);
  expect(report?.engines[0]?.stack.compiler).toBe(
    'image gcc:14 (this host has no gcc with a static C library)',
  );
  expect(named(report, 'compile.no-interpreter')).toMatchObject([{ status: 'pass' }]);
  expect(named(report, 'run.output')).toContainEqual(expect.objectContaining({ status: 'pass' }));
  const { dockerHost = '' } = engine.handle;
  expect(await askEngineJson('containers', dockerHost, '/containers/json?all=1')).toEqual([]);
});

test('The first spec to read compiles in the container too, by the line as it is documented', async () => {
  await using bin = await scratchFolder();
  const words = ['vitest', 'run', '--project', 'procedure', 'specs/hello.spec.ts'];
  const { stdout, stderr } = await promisify(execFile)('npx', words, {
    cwd: ROOT,
    env: { ...process.env, ...(await laptop(bin.path, { NO_COLOR: '1' })) },
  });
  expect(stderr).toContain(
    'The program is compiled in a container of the image gcc:14: this host has no gcc',
  );
  expect(stdout).toMatch(/Tests +1 passed \(1\)/);
});

test.for([
  ['image:no-gcc:1', /compile: a container of the image no-gcc:1 has no gcc; name an image with one/],
  ['image:registry.invalid/cc:1', /compile: the engine cannot fetch the image registry\.invalid\/cc:1: /],
  ['gcc:14', /^Could not run: SCRATCH_COMPILER is "gcc:14", which names no image; write image:NAME/m],
] as const)('SCRATCH_COMPILER=%s could not be judged, for a reason', async ([compiler, sentence]) => {
  await using bin = await scratchFolder();
  const { code, text } = await conformance(await laptop(bin.path, { SCRATCH_COMPILER: compiler }));
  expect(text).toMatch(sentence);
  expect(text).not.toContain('Suite bug');
  expect(code).toBe(2);
});
