import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { addressInForce } from '../../../helpers/engines/address.ts';
import { connectionOf } from '../../../helpers/engines/api.ts';
import { podmanAskedFor, podmanByDefault } from '../../../helpers/engines/podman-connection.ts';
import { resolveEngine } from '../../../helpers/engines/resolve.ts';
import { scratchFolder } from './scratch-folder.ts';

/** Configuration files as the programs of laptops write them. */

const endpoint = (host: string) => ({ docker: { Host: host, SkipTLSVerify: false } });

const CONTEXTS = [
  {
    Name: 'desktop-linux',
    Metadata: {
      Description: 'Docker Desktop',
      GODEBUG: 'x509negativeserial=1',
      otel: {
        OTEL_EXPORTER_OTLP_ENDPOINT: 'unix:///Users/me/.docker/run/user-analytics.otlp.grpc.sock',
      },
    },
    Endpoints: endpoint('unix:///Users/me/.docker/run/docker.sock'),
  },
  {
    Name: 'colima',
    Metadata: { Description: 'colima' },
    Endpoints: endpoint('unix:///Users/me/.colima/default/docker.sock'),
  },
  {
    Name: 'orbstack',
    Metadata: { Description: 'OrbStack' },
    Endpoints: endpoint('unix:///Users/me/.orbstack/run/docker.sock'),
  },
  {
    Name: 'rancher-desktop',
    Metadata: { Description: 'Rancher Desktop moby context' },
    Endpoints: endpoint('unix:///Users/me/.rd/docker.sock'),
  },
];

test.for(CONTEXTS)('The context of $Name is found where docker keeps it', async (context) => {
  const key = createHash('sha256').update(context.Name).digest('hex');
  await using home = await scratchFolder({
    '.docker/config.json': JSON.stringify({ auths: {}, currentContext: context.Name }),
    [`.docker/contexts/meta/${key}/meta.json`]: JSON.stringify(context),
  });
  expect(await addressInForce({ HOME: home.path })).toEqual({
    origin: `context ${context.Name}`,
    dockerHost: context.Endpoints.docker.Host,
    environment: {},
  });
});

test('Docker Desktop on Windows is reached by a named pipe', () => {
  expect(connectionOf('npipe:////./pipe/dockerDesktopLinuxEngine', {})).toEqual({
    protocol: 'http:',
    socketPath: '//./pipe/dockerDesktopLinuxEngine',
  });
});

/** What `podman machine init` of podman 5 writes. */
const MACHINE = JSON.stringify({
  Connection: {
    Default: 'podman-machine-default',
    Connections: {
      'podman-machine-default': {
        URI: 'ssh://core@127.0.0.1:50123/run/user/501/podman/podman.sock',
        Identity: '/Users/me/.local/share/containers/podman/machine/machine',
        IsMachine: true,
      },
      'podman-machine-default-root': {
        URI: 'ssh://root@127.0.0.1:50123/run/podman/podman.sock',
        Identity: '/Users/me/.local/share/containers/podman/machine/machine',
        IsMachine: true,
      },
      build: {
        URI: 'ssh://me@build.example:22/run/user/1000/podman/podman.sock',
        Identity: '/Users/me/.ssh/id',
      },
      local: { URI: 'unix:///run/user/501/podman/podman.sock' },
    },
  },
  Farm: {},
});

/** The same of podman 4. */
const CONF = `[engine]
  active_service = "podman-machine-default"
  [engine.service_destinations]
    [engine.service_destinations.podman-machine-default]
      uri = "ssh://core@localhost:50123/run/user/501/podman/podman.sock"
      identity = "/Users/me/.ssh/podman-machine-default"
`;

const FILE = '.config/containers/podman-connections.json';

function host(folder: string, environment: NodeJS.ProcessEnv = {}, system = 'darwin') {
  return { environment: { HOME: folder, TMPDIR: `${folder}/T`, ...environment }, system };
}

test.for([
  ['podman 5', { [FILE]: MACHINE }, 'T/podman/podman-machine-default-api.sock'],
  [
    'podman 4',
    { '.config/containers/containers.conf': CONF },
    '.local/share/containers/podman/machine/qemu/podman.sock',
  ],
] as const)(
  'The machine of %s is found by its connection and the socket that it forwards',
  async ([, files, socket]) => {
    await using folder = await scratchFolder({ ...files, [socket]: '' });
    expect(await podmanByDefault(host(folder.path))).toEqual({
      origin: 'podman connection podman-machine-default',
      dockerHost: `unix://${folder.path}/${socket}`,
      environment: {},
    });
  },
);

test('On Windows the machine has a named pipe; on Linux podman needs no connection', async () => {
  await using folder = await scratchFolder({ 'containers/podman-connections.json': MACHINE });
  expect(await podmanByDefault(host(folder.path, { APPDATA: folder.path }, 'win32'))).toMatchObject({
    dockerHost: 'npipe:////./pipe/podman-machine-default',
  });
  const linux = host(folder.path, { XDG_CONFIG_HOME: folder.path }, 'linux');
  expect(await podmanByDefault(linux)).toBeUndefined();
});

test('CONTAINER_CONNECTION names a connection, CONTAINER_HOST an address', async () => {
  await using folder = await scratchFolder({ [FILE]: MACHINE });
  expect(await podmanAskedFor(host(folder.path, { CONTAINER_CONNECTION: 'local' }, 'linux'))).toMatchObject({
    origin: 'podman connection local',
    dockerHost: 'unix:///run/user/501/podman/podman.sock',
  });
  expect(await podmanAskedFor(host(folder.path, { CONTAINER_HOST: 'tcp://engine:8080' }))).toMatchObject({
    origin: 'CONTAINER_HOST',
    dockerHost: 'tcp://engine:8080',
  });
  expect(await podmanAskedFor(host(folder.path))).toBeUndefined();
});

test.for([
  ['none', /^The podman connection "none" is in force but does not exist; choose another one/],
  ['build', /^podman connection build names ssh:\/\/me@build\.example.* by ssh\. Forward its socket/],
  [
    'podman-machine-default-root',
    /machine "podman-machine-default" has no socket .* "podman machine start"\.$/,
  ],
] as const)('The connection %s ends the search in one sentence', async ([name, sentence]) => {
  await using folder = await scratchFolder({ [FILE]: MACHINE });
  await expect(podmanAskedFor(host(folder.path, { CONTAINER_CONNECTION: name }))).rejects.toThrow(sentence);
});

test.for([
  [FILE, '{'],
  ['.config/containers/containers.conf', '[engine'],
])('%s that cannot be read ends the search', async ([file, text]) => {
  await using folder = await scratchFolder({ [file ?? '']: text ?? '' });
  await expect(podmanByDefault(host(folder.path))).rejects.toThrow(/podman configuration .* cannot be read/);
});

test('The default socket is tried before the machine, and the machine before an engine of the suite', async () => {
  await using folder = await scratchFolder({
    [FILE]: MACHINE,
    'T/podman/podman-machine-default-api.sock': '',
  });
  const asked: string[] = [];
  const found = resolveEngine({
    ...host(folder.path),
    routes: {
      defaultSocket: '/nonexistent/docker.sock',
      connect: async ({ origin }) => {
        asked.push(origin);
        throw new TypeError('far enough');
      },
      start: async () => expect.unreachable('an engine of the suite'),
    },
  });
  await expect(found).rejects.toThrow('far enough');
  expect(asked).toEqual(['podman connection podman-machine-default']);
});
