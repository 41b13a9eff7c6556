import { connect } from 'node:net';
import type { Gathered } from '../procedure/flow.ts';
import type { FlowAnswer } from '../procedure/server.ts';

/** Evidence for the specs: asked for over the socket of the process that owns the engine. */

// A worker whose main process is gone has nobody to tell its results to; vitest leaves it running.
process.once('disconnect', () => process.exit(1));

/** The step could not be gone through; the message is the sentence that says why. */
export class NoEvidence extends Error {
  override readonly name = 'NoEvidence';
}

/** Asks the process that owns an engine. Throws `NoEvidence` with its reason. */
export async function askSocket(path: string, request: unknown): Promise<Gathered<unknown>> {
  const chunks: Buffer[] = [];
  const socket = connect(path);
  socket.end(JSON.stringify(request));
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text === '') throw new NoEvidence('engine: the process that owns the engine has ended.');
  const answer = JSON.parse(text) as FlowAnswer;
  if ('error' in answer) throw new NoEvidence(answer.error);
  return answer;
}
