import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, expect, test } from 'vitest';
import { readTable } from '../../../helpers/cli/measure-consumers.ts';
import { CONSUMER_FOLDER, DIFFERENCES_FILE } from '../../../helpers/consumers/recipe.ts';
import { type Differences, findDifferences } from '../../../helpers/proof/receptions/differences.ts';
import {
  type ExplainedDifferences,
  explainDifferences,
  readExplanations,
  unexplained,
} from '../../../helpers/proof/receptions/explanations.ts';
import { formatDifferences } from '../../../helpers/proof/receptions/render-differences.ts';
import { listSubjects } from '../../../helpers/proof/receptions/subjects.ts';

let found: Differences;
let differences: ExplainedDifferences;

beforeAll(async () => {
  found = await findDifferences(await readTable(), await listSubjects());
  differences = explainDifferences(found, await readExplanations());
}, 60_000);

test('the stored reasons have the form of their schema', async () => {
  const read = async (file: string) => JSON.parse(await readFile(join(CONSUMER_FOLDER, file), 'utf8'));
  const validate = new Ajv({ strict: false }).compile(await read('schema/differences.json'));
  expect(validate(await read(DIFFERENCES_FILE)), JSON.stringify(validate.errors)).toBe(true);
});

test('every archive whose verdict differs from the consumers has a reason', () => {
  expect(unexplained(differences)).toEqual([]);
});

test('no reason has outlived its difference', () => {
  expect(differences.outdated).toEqual([]);
});

test('a difference without a reason, and a reason without a difference, are told', async () => {
  const [first, ...rest] = await readExplanations();
  if (!first) throw new Error('Suite bug: no difference is explained');
  const [gone, ...others] = first.archives;
  const told = explainDifferences(found, [{ ...first, archives: [...others, 'mutant/none'] }, ...rest]);
  expect(unexplained(told)).toEqual([gone]);
  expect(told.outdated).toEqual(['fails mutant/none']);
  expect(formatDifferences(told)).toMatch(
    new RegExp(`## Without a reason \\(\\d+\\)\\n\\n- \`${gone}\`\\n(?:.|\\n)*mutant/none`),
  );
});
