import { connect } from 'node:net';
import { inject } from 'vitest';
import { readArchive } from '../archive/read.ts';
import type { BuilderName } from '../engine/model.ts';
import type { FlowEvidence, SavedArchive, SaveEvidence, StepName } from '../flow/evidence.ts';
import type { Gathered } from '../flow/flow.ts';
import type { FlowSaver } from '../flow/savers.ts';
import type { FlowAnswer, FlowRequest } from '../flow/server.ts';
import './context.ts';

/** Evidence for the specs: asked for over the socket of the process that owns the engine, once in each worker. */

// A worker whose main process is gone has nobody to tell its results to; vitest leaves it running.
process.once('disconnect', () => process.exit(1));

const answers = new Map<string, Promise<Gathered<unknown>>>();

/** The step could not be gone through; the message is the sentence that says why. */
export class NoEvidence extends Error {
  override readonly name = 'NoEvidence';
}

export function evidenceOf<Step extends Exclude<StepName, 'save'>>(
  request: FlowRequest & { readonly step: Step },
): Promise<Gathered<FlowEvidence[Step]>> {
  return remember(request, () => ask(request)) as Promise<Gathered<FlowEvidence[Step]>>;
}

/** Contents are kept up to this size: all but the program are texts of a few bytes. */
const MAX_FILE_BYTES = 4 * 1024 * 1024;

/** The archive is read here, where it is judged. */
export function savedEvidenceOf(builder: BuilderName, saver: FlowSaver): Promise<Gathered<SaveEvidence>> {
  const request = { step: 'save', builder, saver } as const;
  return remember(request, async () => {
    const saved = (await ask(request)) as Gathered<SavedArchive>;
    if ('unsupported' in saved) return saved;
    const { file, ...evidence } = saved.evidence;
    const archive = await readArchive(file, { contents: { paths: 'all', maxFileBytes: MAX_FILE_BYTES } });
    return { evidence: { ...evidence, archive: { ...archive, source: 'hello.tar' } } };
  }) as Promise<Gathered<SaveEvidence>>;
}

function remember(request: FlowRequest, work: () => Promise<Gathered<unknown>>): Promise<Gathered<unknown>> {
  const key = JSON.stringify(request);
  const answer = answers.get(key) ?? work();
  answers.set(key, answer);
  return answer;
}

function ask(request: FlowRequest): Promise<Gathered<unknown>> {
  return askSocket(inject('flowSocket'), request);
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
