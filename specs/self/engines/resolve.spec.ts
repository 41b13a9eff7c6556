import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunningEngine } from '../../../helpers/engines/engine-model.ts';
import { EngineError } from '../../../helpers/engines/error.ts';
import { type ResolveOptions, type Routes, resolveEngine } from '../../../helpers/engines/resolve.ts';
import { DOCKER_ANSWERS, fakeEngine } from './fake-engine.ts';
import { scratchFolder } from './scratch-folder.ts';

const engine = {} as RunningEngine;
/** No home, so that the configuration of the machine that runs this plays no part. */
const NOWHERE = { HOME: '/nonexistent' };

/** Resolves with routes that only note which way was taken; nothing is started. */
async function take(options: ResolveOptions & { readonly routes?: Partial<Routes> }): Promise<{
  readonly way: readonly string[];
  readonly said: readonly string[];
  readonly error?: EngineError;
}> {
  const way: string[] = [];
  const said: string[] = [];
  const start: Routes['start'] = async (name, origin) => {
    way.push(`start ${name} as ${origin}`);
    return engine;
  };
  const routes = { defaultSocket: '/nonexistent/docker.sock', start, ...options.routes };
  try {
    const { stop } = await resolveEngine({
      environment: NOWHERE,
      onProgress: (line) => said.push(line),
      ...options,
      routes,
    });
    await stop?.();
    return { way, said };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { way, said, error };
  }
}

test('An engine asked for by name is started, whatever else runs', async () => {
  const environment = { ...NOWHERE, DOCKER_HOST: 'unix:///nonexistent' };
  expect(await take({ engine: 'podman-5.8', environment })).toMatchObject({
    way: ['start podman-5.8 as rootfs'],
  });
});

test('SCRATCH_ENGINE names an engine too', async () => {
  const { way } = await take({ environment: { ...NOWHERE, SCRATCH_ENGINE: 'docker-20' } });
  expect(way).toEqual(['start docker-20 as rootfs']);
});

test('DOCKER_HOST without an engine behind it ends the search in one sentence', async () => {
  const environment = { ...NOWHERE, DOCKER_HOST: 'unix:///nonexistent/engine.sock' };
  const { way, error } = await take({ environment });
  expect(way).toEqual([]);
  expect(error?.exitCode).toBe(2);
  expect(error?.message).toBe(
    'DOCKER_HOST names unix:///nonexistent/engine.sock, and that engine cannot be used: The engine at ' +
      'unix:///nonexistent/engine.sock does not answer (ENOENT). Start it, or unset DOCKER_HOST.',
  );
});

test('DOCKER_HOST with a scheme that the suite does not speak ends the search', async () => {
  const { way, error } = await take({ environment: { ...NOWHERE, DOCKER_HOST: 'ssh://engine' } });
  expect(way).toEqual([]);
  expect(error?.message).toContain('"ssh://engine" is not supported');
});

test('An engine that answers at DOCKER_HOST is used and nothing is started', async () => {
  await using fake = await fakeEngine(DOCKER_ANSWERS);
  const { way, error } = await take({ environment: { ...NOWHERE, DOCKER_HOST: fake.dockerHost } });
  expect(error).toBeUndefined();
  expect(way).toEqual([]);
  expect(fake.requests).toContain('GET /info');
});

test('The default socket comes before an engine of the suite’s own', async () => {
  await using fake = await fakeEngine(DOCKER_ANSWERS);
  const { way, error } = await take({ routes: { defaultSocket: fake.dockerHost.slice('unix://'.length) } });
  expect(error).toBeUndefined();
  expect(way).toEqual([]);
  expect(fake.requests).toContain('GET /info');
});

test('Without a default socket the embedded engine is started, and that is said', async () => {
  const { way, said } = await take({});
  expect(way).toEqual(['start docker-26 as embedded']);
  expect(said).toEqual([
    'No engine runs on this host (no /nonexistent/docker.sock). Starting one of the suite’s own.',
  ]);
});

test('A default socket that nobody listens on is mentioned before the embedded engine is started', async () => {
  await using folder = await scratchFolder({ 'docker.sock': '' });
  const { way, said } = await take({ routes: { defaultSocket: join(folder.path, 'docker.sock') } });
  expect(way).toEqual(['start docker-26 as embedded']);
  expect(said[0]).toMatch(/^The default socket is there but unusable: .*\(ECONNREFUSED\)/);
});

test('Where nothing can be provided, one message has every reason and the remedy', async () => {
  const start: Routes['start'] = async () => {
    throw new EngineError('An engine of the suite’s own needs root for its private namespaces.');
  };
  const { error } = await take({ routes: { start } });
  expect(error?.exitCode).toBe(2);
  expect(error?.message).toMatch(
    /^There is no engine to test\. No engine runs on this host .* needs root .* Start Docker, set DOCKER_HOST, or run as root on Debian; saved archives .* check\.$/,
  );
});

test('Where the embedded engine cannot be started the one without root is tried last', async () => {
  const tried: string[] = [];
  const start: Routes['start'] = async (name, origin) => {
    tried.push(`${name} as ${origin}`);
    if (name === 'docker-26')
      throw new EngineError('The engine docker-26 needs root for its private namespaces.');
    return engine;
  };
  const { error, said } = await take({ routes: { start } });
  expect(error).toBeUndefined();
  expect(tried).toEqual(['docker-26 as embedded', 'podman-rootless as rootless']);
  expect(said).toContain('The engine docker-26 needs root for its private namespaces.');
});

test('A bug of the suite is not taken for a missing engine', async () => {
  const start: Routes['start'] = async () => {
    throw new TypeError('Suite bug: x');
  };
  await expect(take({ routes: { start } })).rejects.toThrow(TypeError);
});

test('The engine called host is one that runs, never one of the suite’s own', async () => {
  const { way, error } = await take({ engine: 'host' });
  expect(way).toEqual([]);
  expect(error?.message).toContain('Start one, or set DOCKER_HOST.');
});
