import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';

/** What a proxy does to the requests that it is asked to spoil. */
export const PROXY_FAULTS = ['reset', 'stall', 'status-500', 'garbage', 'half', 'empty'] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

export interface FaultyProxy extends AsyncDisposable {
  readonly dockerHost: string;
  /** Requests that were spoilt, `POST /v1.45/build`. */
  readonly spoilt: readonly string[];
  /** Most builds that were under way at once. */
  readonly buildsAtOnce: () => number;
}

/** Hands every request on to an engine, and spoils those whose `METHOD /path` a pattern matches. */
export async function faultyProxy(
  dockerHost: string,
  folder: string,
  fault: ProxyFault = 'reset',
  pattern = /(?!)/,
): Promise<FaultyProxy> {
  const socketPath = dockerHost.slice('unix://'.length);
  const spoilt: string[] = [];
  let [builds, most] = [0, 0];
  const isSpoilt = ({ method = '', url = '' }: IncomingMessage) => {
    const isHit = pattern.test(`${method} ${url}`);
    if (isHit) spoilt.push(`${method} ${url.split('?')[0]}`);
    return isHit;
  };
  const server = createServer((incoming, outgoing) => {
    if (isSpoilt(incoming)) return spoil(fault, incoming, outgoing, socketPath);
    if (/^\S*\/build\?/.test(incoming.url ?? '')) {
      most = Math.max(most, ++builds);
      outgoing.once('close', () => builds--);
    }
    const further = forward(socketPath, incoming, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      outgoing.flushHeaders();
      answer.pipe(outgoing);
    });
    further.on('error', () => outgoing.destroy());
    incoming.pipe(further);
  });
  const sockets = new Set<Duplex>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, body: Buffer) => {
    socket.on('error', () => {});
    if (isSpoilt(incoming)) return spoilUpgrade(fault, socket);
    const further = forward(socketPath, incoming, () => socket.destroy());
    further.on('upgrade', (answer, upstream: Duplex, head) => {
      const headers = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 101 UPGRADED\r\n${headers.join('')}\r\n`);
      socket.write(head);
      upstream.on('error', () => socket.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    further.on('error', () => socket.destroy());
    further.end(body);
  });
  const socket = join(folder, `${fault}.sock`);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    dockerHost: `unix://${socket}`,
    spoilt,
    buildsAtOnce: () => most,
    async [Symbol.asyncDispose]() {
      // A connection that was upgraded is no longer one of the server's.
      for (const open of sockets) open.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(
  socketPath: string,
  { url: path, method, headers }: IncomingMessage,
  answered: (answer: IncomingMessage) => void,
) {
  // A connection of its own: one that was kept alive may be closed at the very moment that it is taken again.
  return request({ socketPath, path, method, headers, agent: false }, answered);
}

const GARBAGE = '{"Id":[[[\u0000\u001b]0;title\u0007 <html>';

function spoil(
  fault: ProxyFault,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  socketPath: string,
): void {
  incoming.on('error', () => {});
  switch (fault) {
    case 'reset':
      incoming.socket.destroy();
      return;
    case 'stall':
      incoming.resume();
      return;
    case 'status-500':
      incoming.resume();
      outgoing.writeHead(500, { 'content-type': 'application/json' });
      outgoing.end('{"message":"no space left on device \\u001b[31m"}');
      return;
    case 'garbage':
      incoming.resume();
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(GARBAGE);
      return;
    case 'empty':
      incoming.resume();
      outgoing.writeHead(200);
      outgoing.end();
      return;
    case 'half': {
      const further = forward(socketPath, incoming, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.once('data', (chunk: Buffer) => {
          outgoing.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => incoming.socket.destroy());
          answer.destroy();
        });
        answer.once('end', () => incoming.socket.destroy());
      });
      further.on('error', () => incoming.socket.destroy());
      incoming.pipe(further);
    }
  }
}

function spoilUpgrade(fault: ProxyFault, socket: Duplex): void {
  if (fault === 'stall') return;
  if (fault === 'status-500') socket.write('HTTP/1.1 500 Internal\r\nContent-Length: 2\r\n\r\n{}');
  if (fault === 'garbage') socket.write(GARBAGE);
  socket.destroy();
}
