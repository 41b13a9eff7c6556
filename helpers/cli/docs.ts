import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runByTable } from '../common/command-line.ts';
import { projectFolder } from '../common/project-files.ts';
import { printNote, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import { parseTable, RECEPTIONS_FILE } from '../consumers/receptions.ts';
import { loadRegister } from '../requirements/deviations/apply.ts';
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
import { DOCS } from './options/checkout-tables.ts';
import { renderConfigSchema } from './options/config-schema.ts';
import { OPTIONS_END, OPTIONS_START, renderOptionTable } from './options/option-table.ts';
import { COMMAND_TABLES } from './options/tables.ts';
import {
  CASES_MARKERS,
  CORPUS_MARKERS,
  DEFECTS_MARKERS,
  renderCasesTable,
  renderCorpusTable,
  renderDefectTable,
} from './record-tables.ts';

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
    await record(),
    await withParts('README.md', [[await renderExampleRun(), [RUN_START, RUN_END]]]),
    await configSchema(),
  ];
}

/** What went wrong where, from the data of the project. */
async function record(): Promise<GeneratedDocument> {
  const [{ CORPUS }, requirements, register, text, reports] = await Promise.all([
    import('../proof/mutants/corpus.ts'),
    allRequirements(),
    loadRegister(),
    readFile(join(projectFolder('fixtures/consumers'), RECEPTIONS_FILE), 'utf8'),
    listReports(),
  ]);
  const table = parseTable(text);
  return withParts('specs/RECORD.md', [
    [renderCorpusTable(CORPUS, { requirements, register, table }), CORPUS_MARKERS],
    [renderCasesTable(table), CASES_MARKERS],
    [renderDefectTable(register, new Set(reports)), DEFECTS_MARKERS],
  ]);
}

/** Ids of the known defects that have a report of their own. */
export async function listReports(): Promise<readonly string[]> {
  const files = await readdir(join(projectFolder('fixtures/deviations'), 'reports'));
  return files.map((file) => basename(file, '.md')).sort();
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

export function run(args: readonly string[]): Promise<number> {
  return runByTable(DOCS, args, async (values) => {
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
  });
}
