import { chooseOne, optionList, UsageError } from '../common/usage.ts';
import { BUILDERS, type BuilderName } from '../engines/engine-model.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { findEngine } from '../gate/engine-name.ts';

/** The recipe that a person means by a name or the beginning of one; `host` is the engine that answers on this machine. */
export async function ownEngine(wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined || wanted === 'host') return wanted;
  const recipes = await Promise.all((await listRecipes()).map((name) => loadRecipe(name)));
  const found = findEngine(
    wanted,
    recipes.map(({ name, expectedVersion }) => ({ name, version: expectedVersion })),
  );
  if (typeof found === 'string') throw new UsageError(found);
  return found.name;
}

/** Builders that are named; none stands for all. Throws `UsageError`. */
export function chosenBuilders(words: readonly string[] | undefined): readonly BuilderName[] {
  return (optionList(words) ?? []).map((word) => chooseOne('builder', word, BUILDERS));
}
