import { runByTable } from '../common/command-line.ts';
import { printNote, printText } from '../common/terminal.ts';
import { optionList, wholeNumber } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import { type ConsumerRecipe, listConsumers, loadConsumer } from '../consumers/recipe.ts';
import { EngineError } from '../engines/error.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { findDifferences } from '../proof/receptions/differences.ts';
import { explainDifferences, readExplanations, unexplained } from '../proof/receptions/explanations.ts';
import { renderReceptions } from '../proof/receptions/page.ts';
import { formatDifferences } from '../proof/receptions/render-differences.ts';
import { listSubjects } from '../proof/receptions/subjects.ts';
import { handOver } from './hand-over.ts';
import { measureConsumers, readTable } from './measure-consumers.ts';
import { CONSUMERS } from './options/tables.ts';

/** Measures real consumers, renews the stored table, and shows it. */
export function run(args: readonly string[]): Promise<number> {
  return runByTable(CONSUMERS, args, async (values) => {
    endOnSignals();
    try {
      const names = optionList(values.consumer) ?? (await listConsumers());
      const recipes = await Promise.all(names.map((name) => loadConsumer(name)));
      if (values.list) return listTitles(recipes);
      if (values.archive !== undefined) return await handOver(values.archive, recipes);
      if (values.differences) return await printDifferences();
      const code = values.render
        ? 0
        : await measureConsumers(recipes, {
            changed: values.changed === true,
            check: values.check === true,
            only: optionList(values.only),
            jobs: wholeNumber('--jobs', values.jobs ?? '1', [1, 99]),
          });
      if (values.html !== undefined) await writeOutput(values.html, renderReceptions(await readTable()));
      return code;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      printNote(error.message);
      return error.exitCode;
    }
  });
}

function listTitles(recipes: readonly ConsumerRecipe[]): number {
  for (const { name, title } of recipes) printText(`${name.padEnd(28)} ${title}\n`);
  return 0;
}

async function printDifferences(): Promise<number> {
  const found = await findDifferences(await readTable(), await listSubjects());
  const differences = explainDifferences(found, await readExplanations());
  printText(`${formatDifferences(differences)}\n`);
  return unexplained(differences).length + differences.outdated.length === 0 ? 0 : 1;
}
