import type Docker from 'dockerode';
import { connectThroughTestcontainers, within } from '../client.ts';
import { readEvents } from '../read-events.ts';
import { BuildRefusedError, FlowError } from '../step-error.ts';
import { upload } from '../upload.ts';
import type { Builder, BuildLog, BuildRequest } from './builder.ts';
import { countCachedSteps, countCachedVertexes } from './cached-steps.ts';

/** `POST /build` with the classic builder, through the client of testcontainers: nothing is added to the image. */
export const buildWithClassicApi: Builder = async (request) =>
  buildThroughApi(await connectThroughTestcontainers(request.handle), '1', request);

/** `POST /build?version=2`: BuildKit inside the engine. */
export const buildWithBuildkitApi: Builder = async (request) =>
  buildThroughApi(await connectThroughTestcontainers(request.handle), '2', request);

interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
  readonly id?: string;
  readonly aux?: unknown;
}

/** Sends the context's tar as it is and follows the answer to its end. Throws `FlowError` with the engine's reason. */
export async function buildThroughApi(
  docker: Docker,
  version: '1' | '2',
  { context, tag, useCache, epoch }: BuildRequest,
): Promise<BuildLog> {
  const { Readable } = await import('node:stream');
  const packed = await context.pack();
  const send = () =>
    docker.buildImage(Readable.from([packed]), {
      ...{ t: tag, version, nocache: !useCache },
      ...(epoch !== undefined && { buildargs: { SOURCE_DATE_EPOCH: String(epoch) } }),
    });
  const answer = upload(docker, send).then((stream) => readEvents<BuildEvent>(stream));
  const events = await within('build', `POST /build?version=${version}`, answer).catch(toRefusal);
  const failed = events.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) throw new BuildRefusedError(`the engine refused: ${failed.error}`);
  const text = events.map(({ stream = '' }) => stream).join('');
  const traces = events.flatMap(({ id, aux }) => (id === 'moby.buildkit.trace' ? [String(aux)] : []));
  return {
    command: `POST /build?version=${version}`,
    cachedSteps: version === '1' ? countCachedSteps(text) : countCachedVertexes(traces),
  };
}

/** A Dockerfile that cannot be read is refused before the build begins, with a status of HTTP. */
function toRefusal(error: unknown): never {
  const { cause, message } = error as FlowError;
  const isAnswer = error instanceof FlowError && (cause as { readonly statusCode?: number })?.statusCode;
  throw isAnswer ? new BuildRefusedError(message.replace(/^build: /, '')) : error;
}
