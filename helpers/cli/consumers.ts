import { printNote, printText } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
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

const USAGE = `Usage: scratch-conformance consumers [--consumer NAME[,NAME]] [--only TEXT[,TEXT]] [OPTIONS]
       scratch-conformance consumers --archive FILE [--consumer NAME[,NAME]]
       scratch-conformance consumers --list

Hands every archive of the project to real consumers and writes what they do to fixtures/consumers/receptions.json.

  --consumer NAME  only these (default: all); repeat it, or separate names by commas
  --only TEXT      only archives whose id contains it, such as mutant/layer or case/
  --changed        only archives that were added or changed since they were measured
  --check          write nothing; exit code 1 when a stored reception no longer holds
  --html FILE      also write the stored table as a page; alone with --render it measures nothing
  --render         only write the page that --html names
  --differences    measure nothing; print where our verdict and the stored receptions differ and why, as Markdown;
                   exit code 1 when a difference has no reason
  --jobs N         consumers at once (default 1)
  --archive FILE   hand over this archive instead, and print what each consumer does
  --list           names and titles of all consumers
`;

/** Measures real consumers, renews the stored table, and shows it. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      consumer: { type: 'string', multiple: true },
      only: { type: 'string', multiple: true },
      archive: { type: 'string' },
      changed: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      render: { type: 'boolean', default: false },
      differences: { type: 'boolean', default: false },
      html: { type: 'string' },
      jobs: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
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
          ...values,
          only: optionList(values.only),
          jobs: jobsOf(values.jobs),
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
