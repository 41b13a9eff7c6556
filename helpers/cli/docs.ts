import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../project-files.ts';
import { writeAtomically } from '../report/write.ts';
import { END, renderCatalogueTable, replaceBetweenMarkers, START } from './catalogue-table.ts';
import { allRequirements } from './known-requirements.ts';
import { parseOptions, UsageError } from './usage.ts';

const USAGE = `Usage: scratch-conformance docs [--check]

Writes the catalogue of requirements between ${START} and ${END} in README.md and specs/README.md.
--check writes nothing and ends with 1 when the file is out of date.
`;

/** A generated part of the documentation: the file, what it says, and what it ought to say. */
export interface GeneratedDocument {
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

/** Every file that has the markers; at least one must. */
export async function catalogueDocuments(): Promise<readonly GeneratedDocument[]> {
  const root = join(projectFolder('specs'), '..');
  const requirements = await allRequirements();
  const documents: GeneratedDocument[] = [];
  for (const { path, up } of FILES) {
    const present = await readFile(join(root, path), 'utf8').catch(() => '');
    const wanted = replaceBetweenMarkers(present, renderCatalogueTable(requirements, up));
    if (wanted !== undefined) documents.push({ path, present, wanted });
  }
  if (documents.length > 0) return documents;
  throw new UsageError(
    `Neither ${FILES.map(({ path }) => path).join(' nor ')} has ${START} and ${END}; add them where the table belongs.`,
  );
}

/** Files that may show the catalogue, and the way from each to the root. */
const FILES = [
  { path: 'README.md', up: '' },
  { path: 'specs/README.md', up: '../' },
] as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const stale = (await catalogueDocuments()).filter(({ present, wanted }) => present !== wanted);
  if (values.check && stale.length > 0) {
    const names = stale.map(({ path }) => path).join(' and ');
    process.stderr.write(`Out of date: ${names}. Run "npm run docs" and commit the result.\n`);
    return 1;
  }
  for (const { path, wanted } of stale) {
    await writeAtomically(join(projectFolder('specs'), '..', path), wanted);
    process.stdout.write(`${path} is written.\n`);
  }
  if (stale.length === 0) process.stdout.write('The generated documentation is up to date.\n');
  return 0;
}
