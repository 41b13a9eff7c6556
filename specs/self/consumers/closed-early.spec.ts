import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerTaker } from '../../../helpers/consumers/methods/docker.ts';
import type { Sandbox } from '../../../helpers/consumers/sandbox.ts';
import { scratchFolder } from '../engines/scratch-folder.ts';

/** A daemon that closes the connection of so many loads before it has read the file, and its log. */
async function takeFrom(closed: number, log: readonly string[]) {
  await using folder = await scratchFolder();
  const socket = join(folder.path, 'daemon.sock');
  let loads = 0;
  const server = createServer((request, response) => {
    if (request.method === 'POST' && ++loads <= closed) return request.socket.destroy();
    request.resume().on('end', () => response.end('[]'));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const file = join(folder.path, 'image.tar');
  await writeFile(file, new Uint8Array(4_000_000));
  const sandbox = {
    run: { socket },
    isRunning: () => true,
    log: async () => log,
    processorSeconds: async () => 0,
  } as unknown as Sandbox;
  try {
    const taker = dockerTaker({ stores: [] } as unknown as Parameters<typeof dockerTaker>[0], sandbox);
    return { answer: await taker.take({ file, run: false } as never), loads };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a daemon that closes the connection early and says nothing of a fault is asked again', async () => {
  expect(await takeFrom(1, [])).toEqual({ answer: { status: 'taken', images: [] }, loads: 2 });
});

test('a handler that panics is a crash, and is not asked again', async () => {
  const { answer, loads } = await takeFrom(1, ['http: panic serving @: index out of range']);
  expect(answer).toMatchObject({
    status: 'crashed',
    words: expect.stringMatching(/^the connection breaks: /),
  });
  expect(loads).toBe(1);
});
