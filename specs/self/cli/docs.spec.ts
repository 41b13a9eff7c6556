import { beforeAll, describe, expect, test } from 'vitest';
import {
  CATALOGUE_END,
  CATALOGUE_START,
  renderCatalogueTable,
  replaceBetweenMarkers,
} from '../../../helpers/cli/catalogue-table.ts';
import { generatedDocuments, listReports } from '../../../helpers/cli/docs.ts';
import { exampleRunFile, renderExampleRun } from '../../../helpers/cli/example-run.ts';
import { allRequirements } from '../../../helpers/cli/known-requirements.ts';
import { CORPUS } from '../../../helpers/proof/mutants/corpus.ts';
import { readReport } from '../../../helpers/report/read-report.ts';
import { verdictSentence } from '../../../helpers/report/summary.ts';
import { loadRegister } from '../../../helpers/requirements/deviations/apply.ts';
import { cli, startCli } from './cli.ts';

beforeAll(startCli);

describe('the catalogue in the documentation', () => {
  test('is up to date; "npm run docs" makes it so', async () => {
    const documents = await generatedDocuments();
    expect(documents.map(({ path }) => path)).toEqual([
      'specs/CATALOGUE.md',
      'specs/RECORD.md',
      'README.md',
      'helpers/cli/options/config.schema.json',
    ]);
    for (const { present, wanted } of documents) expect(present).toBe(wanted);
  });

  test('names every requirement once', async () => {
    const requirements = await allRequirements();
    const table = renderCatalogueTable(requirements);
    for (const { id } of requirements) expect(table.split(`| \`${id}\` |`)).toHaveLength(2);
  });

  test('is checked by the command', async () => {
    expect(await cli(['docs', '--check'])).toMatchObject({ code: 0, stderr: '' });
  });
});

test('the record has every row of the corpus, every case and every known defect once', async () => {
  const { present = '' } = (await generatedDocuments()).find(({ path }) => path === 'specs/RECORD.md') ?? {};
  const first = present.split('\n').map((line) => line.split(' | ')[0]);
  for (const id of [...Object.keys(CORPUS), ...(await loadRegister()).map((entry) => entry.id)])
    expect(first.filter((cell) => cell === `| ${id}`)).toHaveLength(1);
  const reports = await listReports();
  expect((await loadRegister()).map((entry) => entry.id)).toEqual(expect.arrayContaining([...reports]));
  for (const id of reports) expect(present).toContain(`[report](../fixtures/deviations/reports/${id}.md)`);
  expect(Object.keys(CORPUS)).toHaveLength(83);
  expect(present).toMatch(/\| R76 \|.*\| (taken|lossy|refused) by /);
});

describe('the example of a run in README.md', () => {
  test('is made from the stored report of a whole run', async () => {
    const report = await readReport(exampleRunFile());
    const judged = report.subjects.flatMap(({ outcomes }) => outcomes);
    expect(report).toMatchObject({
      kind: 'conformance',
      command: 'npm run conformance',
      verdict: 'conforms',
    });
    expect(judged.filter(({ status }) => status === 'pass').length).toBeGreaterThan(1_000);
    const example = await renderExampleRun();
    expect(example).toContain(verdictSentence(report));
    for (const builder of ['docker-build', 'buildx', 'testcontainers']) expect(example).toContain(builder);
  });

  test('names no requirement that is there no more', async () => {
    const known = new Set((await allRequirements()).map(({ id }) => id));
    const { requirements } = await readReport(exampleRunFile());
    expect(requirements.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([]);
  });

  test('is taken from nothing but a conformance run', async () => {
    expect(await cli(['docs', '--example', 'package.json'])).toMatchObject({ code: 2, stdout: '' });
  });
});

test('only what stands between the markers is replaced', () => {
  const text = `before\n${CATALOGUE_START}\nold\n${CATALOGUE_END}\nafter\n`;
  const written = replaceBetweenMarkers(text, 'new\n');
  expect(written).toBe(`before\n${CATALOGUE_START}\n\nnew\n\n${CATALOGUE_END}\nafter\n`);
  expect(replaceBetweenMarkers(written ?? '', 'new\n')).toBe(written);
  expect(replaceBetweenMarkers('no markers', 'new')).toBeUndefined();
});
