import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { parseOptions, UsageError } from '../common/usage.ts';
import { writeAtomically } from '../report/write.ts';
import { END, renderCatalogueTable, replaceBetweenMarkers, START } from './catalogue-table.ts';
import { allRequirements } from './known-requirements.ts';

const USAGE = `Usage: scratch-conformance docs [--check]

Writes the catalogue of requirements between ${START} and ${END} in README.md.
--check writes nothing and ends with 1 when README.md is out of date.
`;

/** A generated part of the documentation: the file, what it says, and what it ought to say. */
export interface GeneratedDocument {
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

/** The README with its table of requirements. */
export async function catalogueDocument(): Promise<GeneratedDocument> {
  const path = join(projectFolder('specs'), '..', 'README.md');
  const present = await readFile(path, 'utf8').catch(() => '');
  const wanted = replaceBetweenMarkers(present, renderCatalogueTable(await allRequirements()));
  if (wanted !== undefined) return { path, present, wanted };
  throw new UsageError(`README.md has no ${START} and ${END}; add them where the table belongs.`);
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
    process.stdout.write(USAGE);
    return 0;
  }
  const { path, present, wanted } = await catalogueDocument();
  if (present === wanted) {
    process.stdout.write('README.md is up to date.\n');
    return 0;
  }
  if (values.check) {
    process.stderr.write('README.md is out of date. Run "npm run docs" and commit the result.\n');
    return 1;
  }
  await writeAtomically(path, wanted);
  process.stdout.write('README.md is written.\n');
  return 0;
}
