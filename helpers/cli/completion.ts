import { runByTable } from '../common/command-line.ts';
import { isCheckout } from '../common/project-files.ts';
import { printDocument } from '../common/terminal.ts';
import { chooseFrom, UsageError } from '../common/usage.ts';
import { listConsumers } from '../consumers/recipe.ts';
import { listRecipes } from '../engines/recipe.ts';
import { allRequirements } from './known-requirements.ts';
import { allTopics } from './known-topics.ts';
import { CHECKOUT_TABLES } from './options/checkout-tables.ts';
import { type ChoiceWords, renderBash, renderFish, renderZsh } from './options/complete.ts';
import { COMMAND_TABLES, COMPLETION } from './options/tables.ts';

const SHELLS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** The completion of a shell, from the tables that also parse and explain the options. */
export function run(args: readonly string[]): Promise<number> {
  return runByTable(COMPLETION, args, async (_values, positionals) => {
    const [name, ...more] = positionals;
    if (name === undefined || more.length > 0)
      throw new UsageError(`Name one shell: ${Object.keys(SHELLS).join(', ')}.`);
    const render = chooseFrom('shell', name, SHELLS);
    const tables = isCheckout() ? [...COMMAND_TABLES, ...CHECKOUT_TABLES] : COMMAND_TABLES;
    printDocument(render(tables, await choiceWords()));
    return 0;
  });
}

async function choiceWords(): Promise<ChoiceWords> {
  const [engines, consumers, requirements, topics] = await Promise.all([
    listRecipes(),
    listConsumers(),
    allRequirements(),
    allTopics(),
  ]);
  const ids = requirements.map(({ id }) => id);
  return { engines, consumers, requirements: ids, ids: [...ids, ...topics.map(({ id }) => id)] };
}
