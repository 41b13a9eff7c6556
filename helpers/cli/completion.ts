import { quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { printDocument, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { listConsumers } from '../consumers/recipe.ts';
import { listRecipes } from '../engines/recipe.ts';
import { allRequirements } from './known-requirements.ts';
import { allTopics } from './known-topics.ts';
import { type ChoiceWords, renderBash, renderFish, renderZsh } from './options/complete.ts';
import { renderHelp } from './options/help.ts';
import { parseCommand } from './options/option.ts';
import { COMMAND_TABLES, COMPLETION } from './options/tables.ts';

const SHELLS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

/** The completion of a shell, from the tables that also parse and explain the options. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommand(COMPLETION, args);
  if (values.help) {
    printText(renderHelp(COMPLETION));
    return 0;
  }
  const [name, ...more] = positionals;
  const known = Object.keys(SHELLS) as (keyof typeof SHELLS)[];
  const shell = known.find((each) => each === name);
  if (name === undefined || more.length > 0) throw new UsageError(`Name one shell: ${known.join(', ')}.`);
  if (shell === undefined)
    throw new UsageError(
      `No shell is called ${quoteWord(name)}; there are ${known.join(', ')}.${didYouMean(name, known)}`,
    );
  printDocument(SHELLS[shell](COMMAND_TABLES, await choiceWords()));
  return 0;
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
