import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askEngine } from '../../../helpers/engines/api.ts';
import type { RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { loadRecipe } from '../../../helpers/engines/recipe.ts';
import { startEngine } from '../../../helpers/engines/start/start.ts';
import { scratchFolder } from '../../self/engines/scratch-folder.ts';
import { commandLine } from '../engines/command-line.ts';
import { faultyProxy, PROXY_FAULTS, type ProxyFault } from '../engines/faulty-proxy.ts';
import '../engines/needs.ts';

/** An engine whose answers to one kind of request are spoilt never passes, and nothing is left in it, or is named. */

/** Requests by what they look like, in the order of a run. */
const REQUESTS: Readonly<Record<string, RegExp>> = {
  'GET /version': /^GET \S*\/version/,
  'GET /info': /^GET \S*\/info/,
  'POST /build': /^POST \S*\/build\?/,
  'GET /images/NAME/json': /^GET \S*\/images\/\S+\/json/,
  'POST /containers/create': /^POST \S*\/containers\/create/,
  'POST /containers/NAME/attach': /^POST \S*\/attach/,
  'POST /containers/NAME/start': /^POST \S*\/start/,
  'POST /containers/NAME/wait': /^POST \S*\/wait/,
  'DELETE /containers/NAME': /^DELETE \S*\/containers\//,
  'GET /containers/json': /^GET \S*\/containers\/json/,
  'GET /images/NAME/get': /^GET \S*\/images\/\S*get/,
  'POST /images/load': /^POST \S*\/images\/load/,
};

interface Case {
  readonly request: string;
  readonly fault: ProxyFault;
}

const every = Object.keys(REQUESTS).map((request) => PROXY_FAULTS.map((fault): Case => ({ request, fault })));
/** `SCRATCH_FAULTS=all` plays every fault on every request, in ten minutes; otherwise each of them once or twice. */
const cases =
  process.env['SCRATCH_FAULTS'] === 'all'
    ? every.flat()
    : every.flatMap((row, position) => row.at(-position % row.length) ?? []);

let engine: RunningEngine;
beforeAll(async () => {
  engine = await startEngine(await loadRecipe('docker-26'));
}, 120_000);
afterAll(() => engine.stop());

test.for(cases)('$request: $fault', async ({ request, fault }) => {
  await using folder = await scratchFolder();
  const { dockerHost = '' } = engine.handle;
  const before = await contentOf(dockerHost);
  await using proxy = await faultyProxy(dockerHost, folder.path, fault, REQUESTS[request] ?? /$/);
  const suite = commandLine(['conformance', '--builder', 'classic-api', '--step-limit', '10'], {
    environment: { DOCKER_HOST: proxy.dockerHost, SCRATCH_ENGINE: '', TMPDIR: folder.path, NO_COLOR: '1' },
  });
  const exitCode = await suite.exitCode;
  const text = suite.text();

  expect(proxy.spoilt, text).not.toEqual([]);
  // A run that could judge what is left says what fails; any other says why it could not judge.
  expect(exitCode, text).toBe(/^Does not conform: /m.test(text) ? 1 : 2);
  expect(text).toMatch(exitCode === 1 ? /^✗ \S+ \(fail\): /m : /^(Could not (run|judge): |\? not judged: )/m);
  expect(text).not.toMatch(/Suite bug|^Conforms/m);
  expect(text.split('\n').filter((line) => line.includes('\u001b') || line.includes('\u0007'))).toEqual([]);

  const left = (await contentOf(dockerHost)).filter((name) => !before.includes(name));
  // Where the fault meets the cleaning itself, something may be left.
  if (left.length > 0)
    expect(text).toMatch(/Something of the run sc\w+ is left in the engine: \w+ (\/|was answered)/);
  expect((await readdir(folder.path)).filter((name) => !name.endsWith('.sock'))).toEqual([]);
});

/** Containers and tags of the engine itself, not through the proxy. */
async function contentOf(dockerHost: string) {
  const list = async (path: string) => JSON.parse((await askEngine(dockerHost, path)).body);
  const containers: readonly { readonly Names: readonly string[] }[] = await list('/containers/json?all=1');
  const images: readonly { readonly RepoTags: readonly string[] }[] = await list('/images/json');
  return [...containers.flatMap(({ Names }) => Names), ...images.flatMap(({ RepoTags }) => RepoTags)];
}
