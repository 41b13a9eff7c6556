import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { printNote, printText } from '../common/terminal.ts';
import { parseOptions, UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import {
  BUDGETS_END,
  BUDGETS_START,
  CATALOGUE_END,
  CATALOGUE_START,
  renderBudgetTable,
  renderCatalogueTable,
  replaceBetweenMarkers,
} from './catalogue-table.ts';
import { keepExampleRun, RUN_END, RUN_START, renderExampleRun } from './example-run.ts';
import { allRequirements } from './known-requirements.ts';
import { renderConfigSchema } from './options/config-schema.ts';
import { OPTIONS_END, OPTIONS_START, renderOptionTable } from './options/option-table.ts';
import { COMMAND_TABLES } from './options/tables.ts';

const USAGE = `Usage: scratch-conformance docs [--check] [--example FILE]

Writes what is generated of the documentation: in specs/CATALOGUE.md the requirements (between ${CATALOGUE_START} and ${CATALOGUE_END})
and the budgets (between ${BUDGETS_START} and ${BUDGETS_END}) and the options that several commands have, in README.md the example of a run
(between ${RUN_START} and ${RUN_END}) and the schema of scratch-conformance.json.

  --check         write nothing, and end with 1 when one of them is out of date
  --example FILE  take this report (report/conformance.json) as the example, and keep it in fixtures/docs
`;

/** A generated part of the documentation: the file, what it says, and what it ought to say. */
export interface GeneratedDocument {
  /** From the root of the project. */
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

/** The schema of scratch-conformance.json says what the options say. */
async function configSchema(): Promise<GeneratedDocument> {
  const path = 'helpers/cli/options/config.schema.json';
  const present = await readFile(fromRoot(path), 'utf8').catch(() => '');
  return { path, present, wanted: `${JSON.stringify(renderConfigSchema(COMMAND_TABLES), null, 2)}\n` };
}

type Part = readonly [content: string, markers: readonly [string, string]];

/** Every file that has generated parts. */
export async function generatedDocuments(): Promise<readonly GeneratedDocument[]> {
  return [
    await withParts('specs/CATALOGUE.md', [
      [renderCatalogueTable(await allRequirements()), [CATALOGUE_START, CATALOGUE_END]],
      [renderBudgetTable(), [BUDGETS_START, BUDGETS_END]],
      [renderOptionTable(COMMAND_TABLES), [OPTIONS_START, OPTIONS_END]],
    ]),
    await withParts('README.md', [[await renderExampleRun(), [RUN_START, RUN_END]]]),
    await configSchema(),
  ];
}

async function withParts(path: string, parts: readonly Part[]): Promise<GeneratedDocument> {
  const present = await readFile(fromRoot(path), 'utf8').catch(() => '');
  const wanted = parts.reduce((text, [content, markers]) => {
    const replaced = replaceBetweenMarkers(text, content, markers);
    if (replaced !== undefined) return replaced;
    throw new UsageError(`${path} has no ${markers.join(' and ')}; add them where the text belongs.`);
  }, present);
  return { path, present, wanted };
}

function fromRoot(path: string): string {
  return join(projectFolder('specs'), '..', path);
}

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      example: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  if (values.example !== undefined) await keepExampleRun(values.example);
  const documents = await generatedDocuments();
  const outdated = documents.filter(({ present, wanted }) => present !== wanted);
  for (const { path, wanted } of outdated) {
    if (values.check) printNote(`${path} is out of date. Run "npm run docs" and commit the result.`);
    else await writeOutput(fromRoot(path), wanted);
  }
  if (values.check && outdated.length > 0) return 1;
  for (const document of documents) {
    printText(`${document.path} is ${outdated.includes(document) ? 'written' : 'up to date'}.\n`);
  }
  return 0;
}
