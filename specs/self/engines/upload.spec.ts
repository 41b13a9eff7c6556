import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { buildThroughApi } from '../../../helpers/engines/builders/api.ts';
import type { BuildRequest } from '../../../helpers/engines/builders/builder.ts';
import { connect } from '../../../helpers/engines/client.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { loadArchive } from '../../../helpers/procedure/load.ts';
import { scratchFolder } from './scratch-folder.ts';

/** More than a socket and its buffers hold. */
const BODY = new Uint8Array(8_000_000);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What a daemon does that has seen enough: it answers, reads nothing more, and closes the connection. */
const answerEarly: Answer = (request, response) => {
  response.writeHead(400, { connection: 'close' });
  response.end('{"message":"no room for it"}', () => request.socket.destroy());
};
const closeEarly: Answer = (request) => void request.socket.destroy();
const refuse: Answer = (request, response) =>
  void request.resume().on('end', () => response.writeHead(400).end('{"message":"no room for it"}'));
const takeAll: Answer = (request, response) =>
  void request.resume().on('end', () => response.end('{"stream":"taken"}\n'));

/** An engine without a client that treats its uploads so, one after the other, the last way from then on. */
async function engineOf(ways: readonly [Answer, ...Answer[]], pings = true) {
  const folder = await scratchFolder();
  const socket = join(folder.path, 'engine.sock');
  const file = join(folder.path, 'image.tar');
  await writeFile(file, BODY);
  let uploads = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/_ping')) return pings ? response.end('OK') : request.socket.destroy();
    (ways[uploads++] ?? ways.at(-1))?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const handle = {
    dockerHost: `unix://${socket}`,
    family: 'docker',
    tools: {},
    toolEnvironment: {},
  } as unknown as EngineHandle;
  return {
    handle,
    file,
    uploads: () => uploads,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

type Engine = Awaited<ReturnType<typeof engineOf>>;

const UPLOADS: readonly (readonly [string, (engine: Engine) => Promise<unknown>])[] = [
  ['POST /images/load', ({ handle, file }) => loadArchive(handle, file)],
  [
    'POST /build',
    async ({ handle }) => {
      const context = { pack: async () => Buffer.from(BODY) };
      const request = { context, tag: 'x', useCache: true } as unknown as BuildRequest;
      return buildThroughApi(await connect(handle), '1', request);
    },
  ],
];

beforeEach(() => void vi.stubEnv('DOCKER_HOST', process.env['DOCKER_HOST']));
afterEach(() => void vi.unstubAllEnvs());

describe.each(UPLOADS)('%s', (_, send) => {
  test('an engine that closes the connection before it has read the body is asked again', async () => {
    await using engine = await engineOf([closeEarly, takeAll]);
    await send(engine);
    expect(engine.uploads()).toBe(2);
  });

  test('an engine that answers before it has read the body, and closes, is heard', async () => {
    await using engine = await engineOf([answerEarly, answerEarly, refuse]);
    await expect(send(engine)).rejects.toThrow('no room for it');
  });

  test('an engine that always closes is told so, after three times', async () => {
    await using engine = await engineOf([closeEarly]);
    await expect(send(engine)).rejects.toThrow(/failed: (?:write EPIPE|read ECONNRESET|socket hang up)/);
    expect(engine.uploads()).toBe(3);
  });

  test('an engine that is gone is not asked again', async () => {
    await using engine = await engineOf([closeEarly], false);
    await expect(send(engine)).rejects.toThrow(/failed: /);
    expect(engine.uploads()).toBe(1);
  });
});
