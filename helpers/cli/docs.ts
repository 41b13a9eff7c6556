import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../project-files.ts';
import { writeAtomically } from '../report/write.ts';
import { END, renderCatalogueTable, replaceBetweenMarkers, START } from './catalogue-table.ts';
import { allRequirements } from './known-requirements.ts';
import { parseOptions, UsageError } from './usage.ts';

const USAGE = `Usage: scratch-conformance docs [--check]

Writes the catalogue of requirements between ${START} and ${END} in README.md (or specs/README.md).
--check writes nothing and ends with 1 when the file is out of date.
`;

/** A generated part of the documentation: the file, what it says, and what it ought to say. */
export interface GeneratedDocument {
  readonly path: string;
  readonly present: string;
  readonly wanted: string;
}

/** The first of the two files that has the markers. */
export async function catalogueDocument(): Promise<GeneratedDocument> {
  const root = join(projectFolder('specs'), '..');
  const table = renderCatalogueTable(await allRequirements());
  for (const name of ['README.md', 'specs/README.md']) {
    const path = join(root, name);
    const present = await readFile(path, 'utf8').catch(() => '');
    const wanted = replaceBetweenMarkers(present, table);
    if (wanted !== undefined) return { path: name, present, wanted };
  }
  throw new UsageError(
    `Neither README.md nor specs/README.md has ${START} and ${END}; add them where the table belongs.`,
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
    process.stdout.write(USAGE);
    return 0;
  }
  const { path, present, wanted } = await catalogueDocument();
  if (present === wanted) {
    process.stdout.write(`${path} is up to date.\n`);
    return 0;
  }
  if (values.check) {
    process.stderr.write(`${path} is out of date; run "npm run docs" and commit the result.\n`);
    return 1;
  }
  await writeAtomically(join(projectFolder('specs'), '..', path), wanted);
  process.stdout.write(`${path} is written.\n`);
  return 0;
}
