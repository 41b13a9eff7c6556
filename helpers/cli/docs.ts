import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { printNote, printText } from '../common/terminal.ts';
import { parseOptions, UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import {
  BUDGETS_END,
  BUDGETS_START,
  END,
  renderBudgetTable,
  renderCatalogueTable,
  replaceBetweenMarkers,
  START,
} from './catalogue-table.ts';
import { allRequirements } from './known-requirements.ts';

const USAGE = `Usage: scratch-conformance docs [--check]

Writes the catalogue of requirements between ${START} and ${END} in specs/CATALOGUE.md, and the budgets
between ${BUDGETS_START} and ${BUDGETS_END}.
--check writes nothing and ends with 1 when specs/CATALOGUE.md is out of date.
`;

/** A generated part of the documentation: the file, what it says, and what it ought to say. */
export interface GeneratedDocument {
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

/** The catalogue with its tables of requirements and of budgets. */
export async function catalogueDocument(): Promise<GeneratedDocument> {
  const path = join(projectFolder('specs'), 'CATALOGUE.md');
  const present = await readFile(path, 'utf8').catch(() => '');
  const catalogue = replaceBetweenMarkers(present, renderCatalogueTable(await allRequirements()));
  if (catalogue === undefined)
    throw new UsageError(`specs/CATALOGUE.md has no ${START} and ${END}; add them where the table belongs.`);
  const wanted = replaceBetweenMarkers(catalogue, renderBudgetTable(), [BUDGETS_START, BUDGETS_END]);
  if (wanted !== undefined) return { path, present, wanted };
  throw new UsageError(
    `specs/CATALOGUE.md has no ${BUDGETS_START} and ${BUDGETS_END}; add them where the table belongs.`,
  );
}

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const { path, present, wanted } = await catalogueDocument();
  if (present === wanted) {
    printText('specs/CATALOGUE.md is up to date.\n');
    return 0;
  }
  if (values.check) {
    printNote('specs/CATALOGUE.md is out of date. Run "npm run docs" and commit the result.');
    return 1;
  }
  await writeOutput(path, wanted);
  printText('specs/CATALOGUE.md is written.\n');
  return 0;
}
