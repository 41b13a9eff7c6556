import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeControl } from '../common/escape.ts';
import { printNote, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import {
  formatTable,
  parseTable,
  RECEPTIONS_FILE,
  type ReceptionColumn,
  type ReceptionTable,
  updateTable,
} from '../consumers/receptions.ts';
import { CONSUMER_FOLDER, type ConsumerRecipe } from '../consumers/recipe.ts';
import { compareColumn } from '../proof/receptions/compare.ts';
import {
  changedSubjects,
  describeSubject,
  type MeasuredRow,
  measureConsumer,
} from '../proof/receptions/measure.ts';
import { listSubjects } from '../proof/receptions/subjects.ts';

/** So many archives are measured before they are written: a run that breaks off loses no more. */
const PORTION = 250;
const FILE = join(CONSUMER_FOLDER, RECEPTIONS_FILE);

export async function readTable(): Promise<ReceptionTable> {
  const text = await readFile(FILE, 'utf8').catch(() => undefined);
  return text === undefined ? { consumers: [], archives: [] } : parseTable(text);
}

export interface WantedMeasurement {
  readonly only: readonly string[] | undefined;
  readonly changed: boolean;
  readonly check: boolean;
  readonly jobs: number;
}

/** Measures columns of the table; exit code 1 when a check finds a reception that no longer holds. */
export async function measureConsumers(
  recipes: readonly ConsumerRecipe[],
  wanted: WantedMeasurement,
): Promise<number> {
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
      for (let from = 0; from < due.length; from += PORTION) {
        const portion = due.slice(from, from + PORTION);
        const column = await measureConsumer(recipe, portion, { day: today(), onProgress: tell });
        writing = writing.then(async () => {
          differences += await storeColumn(column, rows, wanted.check);
        });
        await writing;
      }
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
async function storeColumn(
  column: ReceptionColumn,
  rows: readonly MeasuredRow[],
  isCheck: boolean,
): Promise<number> {
  const table = await readTable();
  const differences = compareColumn(table, rows, column);
  for (const line of differences) printText(`${escapeControl(line)}\n`);
  if (isCheck) return differences.length;
  await writeFile(FILE, formatTable(updateTable(table, rows, [column])));
  return 0;
}
