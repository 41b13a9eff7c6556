import type { BuildContext } from '../engines/build-context.ts';
import { loadBuilder } from '../engines/builders/builders.ts';
import type { BuilderName, EngineHandle } from '../engines/engine-model.ts';
import { inspectAncestors, inspectImage, readHistory } from '../engines/inspect-image.ts';
import type { BuildEvidence, ExpectedImage } from '../requirements/procedure/evidence.ts';

/** The repository of the documented image. */
export const DOCUMENTED = 'hello';

/** The name that a builder's image has in this run, behind the run's own prefix. */
export function tagOf({ runId }: EngineHandle, builder: BuilderName, image = DOCUMENTED): string {
  return `${runId}/${image}:${builder}`;
}

/** Builds twice: all anew, and again with what the first build left in the cache. */
export async function gatherBuild(
  handle: EngineHandle,
  name: BuilderName,
  context: BuildContext,
  expectedImage: ExpectedImage,
  image?: string,
): Promise<BuildEvidence> {
  const builder = await loadBuilder(name);
  const tag = tagOf(handle, name, image);
  const { command } = await builder({ handle, context, tag, useCache: false });
  const { cachedSteps } = await builder({ handle, context, tag: `${tag}-again`, useCache: true });
  const [built, again, history] = await Promise.all([
    inspectImage(handle, 'build', tag),
    inspectImage(handle, 'build', `${tag}-again`),
    readHistory(handle, tag),
  ]);
  return {
    builder: name,
    family: handle.family,
    command,
    tag,
    expectedImage,
    platform: handle.stack.platform ?? '',
    store: handle.stack.store ?? '',
    image: built,
    ancestors: await inspectAncestors(handle, built),
    history,
    again,
    cachedSteps,
  };
}
