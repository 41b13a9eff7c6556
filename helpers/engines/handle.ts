import type { EngineHandle } from './engine-model.ts';
import { inspectEngine } from './inspect-engine.ts';
import type { EngineRecipe } from './recipe.ts';

type Given = Pick<EngineHandle, 'origin' | 'runId' | 'tools' | 'toolEnvironment' | 'workDir'> & {
  readonly dockerHost: string;
};

/** The handle of a started engine: what the recipe states, what the engine says of itself, and where the two differ. */
export async function makeHandle(recipe: EngineRecipe, given: Given): Promise<EngineHandle> {
  const { name, family, features, builders, savers, lacking } = recipe;
  const { identity, stack } = await inspectEngine(given.dockerHost, given.tools, given.toolEnvironment);
  const moved = versionNotice(recipe, stack.version);
  const notices = [...(recipe.limits ?? []), ...(moved === undefined ? [] : [moved])];
  const made = { name, family, features, builders, savers, lacking, identity, stack, ...given };
  return notices.length === 0 ? made : { ...made, notices };
}

/** Says that the packages or the image of a recipe have moved on. */
export function versionNotice(
  { name, expectedVersion }: Pick<EngineRecipe, 'name' | 'expectedVersion'>,
  version: string,
): string | undefined {
  const rest = version.startsWith(expectedVersion) ? version.slice(expectedVersion.length) : '0';
  // `26.1.5` is followed by nothing, by `+dfsg1` or by `.1`, never by another digit.
  if (!/^\d/.test(rest)) return undefined;
  return `The engine ${name} is expected to be version ${expectedVersion} and is ${version}: its source has moved; correct expectedVersion in its recipe.`;
}
