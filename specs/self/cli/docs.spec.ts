import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  END,
  renderCatalogueTable,
  replaceBetweenMarkers,
  START,
} from '../../../helpers/cli/catalogue-table.ts';
import { catalogueDocument } from '../../../helpers/cli/docs.ts';
import { allRequirements } from '../../../helpers/cli/known-requirements.ts';
import { buildCli, cli } from './cli.ts';

// Each test starts processes; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
beforeAll(buildCli);

describe('the catalogue in the documentation', () => {
  test('is up to date; "npm run docs" makes it so', async () => {
    const { present, wanted } = await catalogueDocument();
    expect(present).toBe(wanted);
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

test('only what stands between the markers is replaced', () => {
  const text = `before\n${START}\nold\n${END}\nafter\n`;
  const written = replaceBetweenMarkers(text, 'new\n');
  expect(written).toBe(`before\n${START}\n\nnew\n\n${END}\nafter\n`);
  expect(replaceBetweenMarkers(written ?? '', 'new\n')).toBe(written);
  expect(replaceBetweenMarkers('no markers', 'new')).toBeUndefined();
});
