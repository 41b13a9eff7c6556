import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { scriptPath } from '../../../helpers/engines/start/supervise.ts';
import { runLabel, sweep } from '../../../helpers/engines/start/sweep.ts';
import { DOCKER_ANSWERS, fakeEngine } from './fake-engine.ts';
import { scratchFolder } from './scratch-folder.ts';

const ANSWERS = {
  ...DOCKER_ANSWERS,
  '/containers/json': [
    { Id: 'c1', Labels: { 'scratch-conformance.run': 'sc1' } },
    { Id: 'c2', Labels: { 'scratch-conformance.run': 'sc2' } },
    { Id: 'c3' },
    { Id: '../images/hello:latest', Labels: { 'scratch-conformance.run': 'sc1' } },
  ],
  '/images/json': [
    { RepoTags: ['sc1/hello:buildx', 'hello:latest'] },
    { RepoTags: ['localhost/sc1/hello:podman'] },
    { RepoTags: ['sc12/hello:buildx'] },
    { RepoTags: ['sc1/../../containers/c2', 'sc1/?x'] },
    { RepoTags: null },
  ],
};
const label = encodeURIComponent('{"label":["scratch-conformance.run=sc1"]}');
const LIST = `GET /containers/json?all=1&filters=${label}`;
const EXPECTED = [
  LIST,
  'DELETE /containers/c1?force=1&v=1',
  'GET /images/json',
  'DELETE /images/sc1/hello:buildx?force=1',
  'DELETE /images/localhost/sc1/hello:podman?force=1',
  LIST,
  'GET /images/json',
];

/** An engine that removes what it is told to. */
const removing = () =>
  fakeEngine(ANSWERS, (request, answers) => {
    if (request.startsWith('DELETE /containers/')) answers['/containers/json'] = [];
    if (request.startsWith('DELETE /images/localhost/')) answers['/images/json'] = [];
  });

const handleOf = (dockerHost: string) =>
  ({ dockerHost, runId: 'sc1', toolEnvironment: {} }) as unknown as EngineHandle;

test('Only containers with the run’s label and images below the run’s name are removed', async () => {
  await using fake = await removing();
  const handle = handleOf(fake.dockerHost);
  expect(await sweep(handle)).toEqual({ containers: 1, images: 2 });
  expect(fake.requests).toEqual(EXPECTED);
  expect(runLabel(handle)).toEqual({ 'scratch-conformance.run': 'sc1' });
});

test('An engine that answers a removal and removes nothing is told what is still there', async () => {
  await using fake = await fakeEngine(ANSWERS);
  await expect(sweep(handleOf(fake.dockerHost))).rejects.toThrow(
    'DELETE was answered, but c1, sc1/hello:buildx, localhost/sc1/hello:podman is still there',
  );
});

test('Images are removed also where the list of containers cannot be had', async () => {
  await using fake = await fakeEngine({ ...ANSWERS, '/containers/json': 'garbage' });
  await expect(sweep(handleOf(fake.dockerHost))).rejects.toThrow(`${LIST} was not answered with a list`);
  expect(fake.requests).toEqual(expect.arrayContaining(EXPECTED.slice(2, 5)));
});

test('The watchdog sweeps and removes the folder at the end of its input, signals or not', async () => {
  await using fake = await removing();
  await using folder = await scratchFolder({ 'saved.tar': '' });
  const child = spawn(process.execPath, [scriptPath('watchdog.js')], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const connection = { protocol: 'http:', socketPath: fake.dockerHost.slice('unix://'.length) };
  child.stdin.write(`${JSON.stringify({ connection, runId: 'sc1', folder: folder.path })}\n`);
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(fake.requests).toEqual(EXPECTED);
  expect(existsSync(folder.path)).toBe(false);
});
