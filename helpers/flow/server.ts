import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { BuilderName, EngineHandle } from '../engine/model.ts';
import type { Flow, Gathered } from './flow.ts';
import type { FlowSaver } from './savers.ts';

/**
 * The process that owns the engine gathers all evidence, from the moment the engine is there; the workers that judge it
 * start up meanwhile and ask for it over a socket. They never talk to an engine themselves.
 */

/** What a worker asks for: one line of JSON. */
export type FlowRequest =
  | { readonly step: 'compile' | 'builders' | 'shell' }
  | { readonly step: 'build' | 'run' | 'load'; readonly builder: BuilderName }
  | { readonly step: 'save'; readonly builder: BuilderName; readonly saver: FlowSaver };

/** What it is answered: one line of JSON. */
export type FlowAnswer = Gathered<unknown> | { readonly error: string };

export interface FlowServer {
  readonly path: string;
  close(): void;
}

/** Serves a flow in the engine's work folder. The path of a Unix socket has at most 107 bytes. */
export async function serveFlow(flow: Flow, { workDir }: EngineHandle): Promise<FlowServer> {
  const path = join(workDir, 'flow.sock');
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => {
      void answer(flow, JSON.parse(text) as FlowRequest).then((result) => socket.end(JSON.stringify(result)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  return {
    path,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function answer(flow: Flow, request: FlowRequest): Promise<FlowAnswer> {
  try {
    return await gather(flow, request);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function gather(flow: Flow, request: FlowRequest): Promise<Gathered<unknown>> {
  switch (request.step) {
    case 'save':
      return flow.save(request.builder, request.saver);
    case 'build':
    case 'run':
    case 'load':
      return flow[request.step](request.builder);
    default:
      return flow[request.step]();
  }
}
