import { expect, test } from 'vitest';
import { connectEngine } from '../../../helpers/engines/connect.ts';
import { readAnswer } from '../../../helpers/engines/read-answer.ts';
import { DOCKER_ANSWERS, fakeEngine } from './fake-engine.ts';

/** Another type in every place that the suite reads. */
const WRONG = {
  '/version': [null, [], 'text', 3, { Version: 3 }, { Version: 'x'.repeat(5000) }, { Components: [null] }],
  '/info': [null, [], 'text', 3, { ID: {} }, { DriverStatus: [3] }, { CgroupVersion: 2 }],
} as const;

const cases = Object.entries(WRONG).flatMap(([path, answers]) =>
  answers.map((answer) => [path, answer] as const),
);

test.for(cases)('an engine that answers %s with %j is refused in one sentence', async ([path, answer]) => {
  await using fake = await fakeEngine({ ...DOCKER_ANSWERS, [path]: answer });
  const address = { origin: 'DOCKER_HOST', dockerHost: fake.dockerHost, environment: {} };
  const error = await connectEngine(address, 'sc1').then(undefined, (reason: Error) => reason);
  expect(error).toMatchObject({ name: 'EngineError', exitCode: 2 });
  expect((error as Error).message).toMatch(
    new RegExp(`^The engine answered GET ${path} with something else than Docker's API has: .{1,300}\\.$`),
  );
});

test('an engine that describes itself without end is cut off, in one sentence', async () => {
  await using fake = await fakeEngine({ ...DOCKER_ANSWERS, '/info': { ID: 'x'.repeat(8 * 1024 ** 2) } });
  const address = { origin: 'DOCKER_HOST', dockerHost: fake.dockerHost, environment: {} };
  await expect(connectEngine(address, 'sc1')).rejects.toThrow(
    `The engine at ${fake.dockerHost} answers /info with more than 8 MiB; no more is read.`,
  );
});

test('an answer that is no JSON is refused, and shown without what could steer a terminal', () => {
  expect(() => readAnswer('info', 'GET /info', '{"ID": \u001b[31m')).toThrow(
    /^The engine answered GET \/info with something that is not JSON: "\{"ID": \\x1b\[31m"\.$/,
  );
});

test.for([
  ['image', '{}'],
  ['image', '{"Id":"sha256:1","RootFS":{"Layers":{}}}'],
  ['image', `{"Id":"sha256:1","RootFS":{"Layers":[${'"a",'.repeat(10_000)}"a"]}}`],
  ['image', '{"Id":"../containers/mine"}'],
  ['image', '{"Id":"--all"}'],
  ['image', '{"Id":"sha256:1","Parent":"sha256:1/../../x"}'],
  ['image', '{"Id":"sha256:1","RepoTags":["a/../../containers/mine"]}'],
  ['image', '{"Id":"sha256:1","RepoTags":["--output=x"]}'],
  ['images', '[{"Id":"sha256:1","RepoDigests":["a@sha256:1 b"]}]'],
  ['history', '{}'],
  ['containers', '[{}]'],
] as const)('%s is not read from %s', ([kind, body]) => {
  expect(() => readAnswer(kind, 'GET /x', body)).toThrow(/^The engine answered GET \/x with something else/);
});

test.for([
  '{"Id":"sha256:1f","Parent":"","RepoTags":["localhost:5000/a/b-c__d:v1..2"],"RepoDigests":["a/b@sha256:1f"]}',
  '{"Id":"1f","Parent":"sha256:2f","RepoTags":["[::1]:5000/a:1","<none>:<none>"],"RepoDigests":null}',
])('an image is read from %s', (body) => {
  expect(readAnswer('image', 'GET /x', body)).toEqual(JSON.parse(body));
});
