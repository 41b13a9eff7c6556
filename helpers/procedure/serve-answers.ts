import { createServer, type Server, type Socket } from 'node:net';

export interface AnswerServer {
  readonly path: string;
  close(): void;
}

/**
 * Answers requests on a Unix socket: one line of JSON each way, then the end. The path has at most 107 bytes, and
 * `answer` never rejects.
 */
export async function serveAnswers(
  path: string,
  answer: (request: unknown) => Promise<unknown>,
): Promise<AnswerServer> {
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
      void answer(JSON.parse(text)).then((result) => socket.end(JSON.stringify(result)));
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
