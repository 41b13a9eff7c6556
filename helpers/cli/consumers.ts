import { printNote, printText } from '../common/terminal.ts';
import { optionList, UsageError } from '../common/usage.ts';
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
import { renderHelp } from './options/help.ts';
import { parseCommand } from './options/option.ts';
import { CONSUMERS } from './options/tables.ts';

/** Measures real consumers, renews the stored table, and shows it. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseCommand(CONSUMERS, args);
  if (values.help) {
    printText(renderHelp(CONSUMERS));
    return 0;
  }
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
          jobs: jobsOf(values.jobs ?? '1'),
        });
    if (values.html !== undefined) await writeOutput(values.html, renderReceptions(await readTable()));
    return code;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    printNote(error.message);
    return error.exitCode;
  }
}

function jobsOf(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`--jobs ${text} is no number from 1 to 99.`);
  return Number(text);
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
