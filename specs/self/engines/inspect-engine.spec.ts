import { expect, test } from 'vitest';
import { abilitiesOf } from '../../../helpers/engines/abilities.ts';
import { BUILDERS, type EngineHandle, SAVERS } from '../../../helpers/engines/engine-model.ts';
import { versionNotice } from '../../../helpers/engines/handle.ts';
import {
  assertIdentity,
  builtIn,
  inspectEngine,
  parseBuilder,
  storeOf,
} from '../../../helpers/engines/inspect-engine.ts';
import { DOCKER_ANSWERS, fakeEngine } from './fake-engine.ts';

const PODMAN_ANSWERS = {
  '/version': { Version: '5.4.2', ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] },
  '/info': { ID: 'made up for every request', Driver: 'overlay' },
  '/v5.4.2/libpod/info': {
    host: { hostname: 'vm', remoteSocket: { path: 'unix:///run/a.sock' } },
    store: { graphRoot: '/var/lib/containers' },
  },
};

test('Docker’s containerd image store is told by its snapshotter, not by its name', () => {
  const DriverStatus = [['driver-type', 'io.containerd.snapshotter.v1']] as const;
  expect(storeOf({ Driver: 'overlayfs', DriverStatus })).toBe('containerd');
  expect(storeOf({ Driver: 'overlay2', DriverStatus: [['Backing Filesystem', 'extfs']] })).toBe('overlay2');
});

test('Docker is known by its ID', async () => {
  await using fake = await fakeEngine(DOCKER_ANSWERS);
  const inspected = await inspectEngine(fake.dockerHost, {}, {});
  expect(inspected).toEqual({
    identity: 'one',
    family: 'docker',
    stack: {
      engine: 'Docker Engine',
      version: '28.5.2',
      api: '1.51',
      store: 'overlay2',
      storage: 'overlay2',
      buildkit: 'unknown, built into Docker Engine 28.5.2',
      frontend: 'built in (dockerfile.v0)',
      platform: 'linux/amd64',
    },
  });
});

test('The driver and BuildKit of a builder are read from buildx', () => {
  const text =
    'Name:   default\nDriver: docker\n\nNodes:\nName:             default\nBuildKit version: v0.0.0+unknown\n';
  expect(parseBuilder(text)).toEqual({ driver: 'docker', buildkit: 'v0.0.0+unknown' });
  expect(parseBuilder('')).toEqual({});
});

test.for([
  ['docker', 'v0.0.0+unknown', 'unknown, built into Docker Engine 26.1.5'],
  ['docker', 'v0.25.2', 'v0.25.2'],
  [undefined, undefined, 'unknown, built into Docker Engine 26.1.5'],
  ['docker-container', 'v0.32.2', undefined],
] as const)('BuildKit of the driver %s that answers %s', ([driver, buildkit, said]) => {
  expect(builtIn(driver, buildkit, '26.1.5').buildkit).toBe(said);
});

test('Podman is known by its socket and storage, because its ID is another one for every request', async () => {
  await using fake = await fakeEngine(PODMAN_ANSWERS);
  const { identity, family } = await inspectEngine(fake.dockerHost, {}, {});
  expect({ identity, family }).toEqual({
    identity: 'vm unix:///run/a.sock /var/lib/containers',
    family: 'podman',
  });
});

test('A worker that reaches another engine than the one resolved is stopped', async () => {
  await using fake = await fakeEngine(DOCKER_ANSWERS);
  const handle = {
    dockerHost: fake.dockerHost,
    family: 'docker',
    stack: { version: '28.5.2' },
    toolEnvironment: {},
  };
  await assertIdentity({ ...handle, identity: 'one' } as EngineHandle);
  await expect(assertIdentity({ ...handle, identity: 'two' } as EngineHandle)).rejects.toThrow(
    /^Another engine answers at .*: it is one, the one resolved at the start was two\.$/,
  );
});

test.for([
  [
    'docker',
    { client: '28.5.2', buildx: '0.29.1', store: 'containerd' },
    ['buildx', 'docker-build', 'buildkit-api'],
  ],
  ['docker', { client: '28.5.2', store: 'overlay2' }, ['docker-build', 'buildkit-api']],
  ['podman', { store: 'overlay' }, ['classic-api']],
] as const)('A found engine (%s, %o) has builders or reasons, never both', ([family, stack, builders]) => {
  const inspected = { identity: '', family, stack: { engine: '', version: '', ...stack } };
  const found = abilitiesOf(inspected);
  expect(found.builders).toEqual(expect.arrayContaining([...builders]));
  expect([...found.builders, ...found.savers, ...Object.keys(found.lacking)].sort()).toEqual(
    [...BUILDERS, ...SAVERS].sort(),
  );
});

test.for([
  ['26.1.5', 'containerd', false],
  ['26.1.5', 'overlay2', true],
  ['28.5.2', 'containerd', true],
] as const)(
  'Docker %s on %s is asked to build a request body with BuildKit: %s',
  ([version, store, asked]) => {
    const stack = { engine: 'Docker Engine', version, store };
    const found = abilitiesOf({ identity: '', family: 'docker', stack });
    expect(found.builders.includes('buildkit-api')).toBe(asked);
    expect(found.features.includes('buildkit-api')).toBe(asked);
  },
);

test.for([
  ['26.1.5', undefined],
  ['26.1.5+dfsg1', undefined],
  ['26.1.50', 'is 26.1.50'],
  ['26.1', 'is 26.1:'],
  ['28.5.2', 'is 28.5.2'],
] as const)('A recipe for 26.1.5 that starts %s', ([version, notice]) => {
  const said = versionNotice({ name: 'docker-26', expectedVersion: '26.1.5' }, version);
  if (notice === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(notice);
});
