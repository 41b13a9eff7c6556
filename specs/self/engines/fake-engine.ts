import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeEngine {
  readonly dockerHost: string;
  /** `METHOD path` of each request, in order. */
  readonly requests: readonly string[];
  /** From now on a path has this answer. */
  answer(path: string, value: unknown): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A server on a Unix socket that answers fixed paths with JSON, and every other one with 404. `whenAsked` may change what
 * is answered from then on.
 */
export async function fakeEngine(
  first: Readonly<Record<string, unknown>>,
  whenAsked: (request: string, answers: Record<string, unknown>) => void = () => {},
): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'sc-fake-'));
  const socket = join(folder, 'engine.sock');
  const requests: string[] = [];
  const answers: Record<string, unknown> = { ...first };
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    whenAsked(`${request.method} ${request.url}`, answers);
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer === undefined ? '{}' : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    dockerHost: `unix://${socket}`,
    requests,
    answer(path, value) {
      answers[path] = value;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What Docker answers, as far as the suite reads it. */
export const DOCKER_ANSWERS = {
  '/_ping': 'OK',
  '/version': {
    Version: '28.5.2',
    ApiVersion: '1.51',
    Os: 'linux',
    Arch: 'amd64',
    Components: [{ Name: 'Engine' }],
  },
  '/info': { ID: 'one', Driver: 'overlay2', DriverStatus: [['Backing Filesystem', 'extfs']] },
  '/containers/json': [],
  '/images/json': [],
};
