import { stat } from 'node:fs/promises';
import { connectThroughTestcontainers, within } from '../client.ts';
import { FlowError } from '../step-error.ts';
import type { Owner } from '../tar-context.ts';
import { buildThroughApi } from './api.ts';
import type { Builder } from './builder.ts';

/**
 * `GenericContainer.fromDockerfile(…).build(…)`. It adds labels of its own to the image. It never settles when the
 * engine rejects the Dockerfile, and resolves with an older image of the same name when a step fails; so the context is
 * first built through the API with the owner that it will have then, which tells why it cannot be, and the name must be free before and taken afterwards.
 */
export const buildWithTestcontainers: Builder = async (request) => {
  const { handle, context, tag, useCache, epoch } = request;
  const docker = await connectThroughTestcontainers(handle);
  const owner = await ownerOf(context.folder);
  const sent = { ...context, pack: () => context.pack(owner) };
  const beforehand = { ...request, context: sent, tag: `${tag}-beforehand`, useCache: true };
  await buildThroughApi(docker, '1', beforehand);
  // The name goes, the steps stay: a later build may find them in the cache, but no image has a named parent.
  await within('build', 'removal of a name', docker.getImage(`${tag}-beforehand`).remove({ noprune: true }));
  if (await isPresent(docker, tag))
    throw new FlowError('build', `Suite bug: ${tag} exists before it is built.`);
  const { GenericContainer } = await import('testcontainers');
  const build = GenericContainer.fromDockerfile(context.folder)
    .withCache(useCache)
    .withBuildArgs(epoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(epoch) })
    .build(tag, { deleteOnExit: false });
  await within('build', 'GenericContainer.fromDockerfile', build);
  if (!(await isPresent(docker, tag))) {
    throw new FlowError(
      'build',
      `testcontainers says that it built ${tag}, but the engine does not have it.`,
    );
  }
  return { command: `GenericContainer.fromDockerfile('.').build('${tag}')`, cachedSteps: null };
};

/** testcontainers sends files with the owner that they have on this host. A ustar header has room for seven octal digits. */
async function ownerOf(folder: string): Promise<Owner> {
  const { uid, gid } = await stat(folder);
  return Math.max(uid, gid) < 8 ** 7 ? { uid, gid } : { uid: 0, gid: 0 };
}

async function isPresent(docker: Awaited<ReturnType<typeof connectThroughTestcontainers>>, tag: string) {
  return docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      () => false,
    );
}
