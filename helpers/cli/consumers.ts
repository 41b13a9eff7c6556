import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readArchive } from '../archive/read.ts';
import { escapeControl } from '../common/escape.ts';
import { printNote, printText } from '../common/terminal.ts';
import { listOf, parseOptions, UsageError } from '../common/usage.ts';
import { openConsumer } from '../consumers/consumer.ts';
import type { Reception } from '../consumers/reception.ts';
import {
  type Column,
  formatTable,
  parseTable,
  type ReceptionTable,
  updateTable,
} from '../consumers/receptions.ts';
import {
  CONSUMER_FOLDER,
  type ConsumerRecipe,
  listConsumers,
  loadConsumer,
  RECEPTIONS_FILE,
} from '../consumers/recipe.ts';
import { EngineError } from '../engines/error.ts';
import { endOnSignals } from '../engines/start/stop-at-end.ts';
import { compareColumn } from '../proof/receptions/compare.ts';
import { findDifferences, formatDifferences } from '../proof/receptions/differences.ts';
import { changedSubjects, describeSubject, measureConsumer, type Row } from '../proof/receptions/measure.ts';
import { renderReceptions } from '../proof/receptions/page.ts';
import { listSubjects } from '../proof/receptions/subjects.ts';

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
  --differences    measure nothing; print where our verdict and the stored receptions differ, as Markdown
  --jobs N         consumers at once (default 1)
  --archive FILE   hand over this archive instead, and print what each consumer does
  --list           names and titles of all consumers
`;

const FILE = join(CONSUMER_FOLDER, RECEPTIONS_FILE);

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
    const names = listOf(values.consumer) ?? (await listConsumers());
    const recipes = await Promise.all(names.map((name) => loadConsumer(name)));
    if (values.list) return listTitles(recipes);
    if (values.archive !== undefined) return await handOver(values.archive, recipes);
    if (values.differences) return await printDifferences();
    const code = values.render
      ? 0
      : await measure(recipes, { ...values, only: listOf(values.only), jobs: jobsOf(values.jobs) });
    if (values.html !== undefined) await writeFile(values.html, renderReceptions(await readTable()));
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

async function readTable(): Promise<ReceptionTable> {
  const text = await readFile(FILE, 'utf8').catch(() => undefined);
  return text === undefined ? { consumers: [], archives: [] } : parseTable(text);
}

interface Wanted {
  readonly only: readonly string[] | undefined;
  readonly changed: boolean;
  readonly check: boolean;
  readonly jobs: number;
}

async function measure(recipes: readonly ConsumerRecipe[], wanted: Wanted): Promise<number> {
  const { only } = wanted;
  const all = await listSubjects();
  const subjects = only ? all.filter(({ id }) => only.some((text) => id.includes(text))) : all;
  if (subjects.length === 0)
    throw new UsageError(`No archive has an id that contains ${only?.join(' or ')}.`);
  const rows = await Promise.all(all.map(describeSubject));
  const pending = [...recipes];
  let differences = 0;
  // One column after the other is written: two at once would lose one.
  let writing: Promise<unknown> = Promise.resolve();
  const work = async () => {
    for (let recipe = pending.shift(); recipe; recipe = pending.shift()) {
      const due = wanted.changed ? changedSubjects(await readTable(), rows, subjects, recipe.name) : subjects;
      if (due.length === 0) continue;
      const column = await measureConsumer(recipe, due, { day: today(), onProgress: tell });
      writing = writing.then(async () => {
        differences += await storeColumn(column, rows, wanted.check);
      });
      await writing;
    }
  };
  await Promise.all(Array.from({ length: wanted.jobs }, work));
  return differences === 0 ? 0 : 1;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function tell(line: string): void {
  printNote(line);
}

/** Prints what differs from the stored table and writes the column, so that a run that ends early keeps what it has. */
async function storeColumn(column: Column, rows: readonly Row[], isCheck: boolean): Promise<number> {
  const table = await readTable();
  const differences = compareColumn(table, rows, column);
  for (const line of differences) printText(`${escapeControl(line)}\n`);
  if (isCheck) return differences.length;
  await writeFile(FILE, formatTable(updateTable(table, rows, [column])));
  return 0;
}

async function printDifferences(): Promise<number> {
  const differences = await findDifferences(await readTable(), await listSubjects());
  const lines = formatDifferences(differences).split('\n').map(escapeControl);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** One archive of the caller's own, shown and not stored. */
async function handOver(file: string, recipes: readonly ConsumerRecipe[]): Promise<number> {
  const archive = await readArchive(file, { contents: { paths: 'all', maxFileBytes: 0 } });
  const bytes = await readFile(file);
  let isTakenByAll = true;
  for (const recipe of recipes) {
    const consumer = await openConsumer(recipe);
    try {
      const reception = await consumer.receive({ bytes, archive });
      isTakenByAll &&= reception.status === 'taken';
      printText(`${recipe.name.padEnd(28)} ${escapeControl(lineOf(reception))}\n`);
    } finally {
      await consumer.stop();
    }
  }
  return isTakenByAll ? 0 : 1;
}

function lineOf({ status, words, lost = [], root = [] }: Reception): string {
  const details = [...(words === undefined ? [] : [words]), ...lost.map((loss) => `lost: ${loss}`), ...root];
  return details.length === 0 ? status : `${status}: ${details.join('; ')}`;
}
