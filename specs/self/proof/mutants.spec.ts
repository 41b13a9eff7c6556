import { afterAll, describe, expect, test } from 'vitest';
import { MUTANTS } from '../../../helpers/proof/mutants/archive-mutants.ts';
import { FORMS } from '../../../helpers/proof/mutants/draft.ts';
import { findBroken } from '../../../helpers/proof/mutants/kill.ts';
import { formatKillTable, type Kill } from '../../../helpers/proof/mutants/kill-table.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';

const kills: Kill[] = [];
const ALL = Object.entries(MUTANTS).flatMap(([id, mutants]) =>
  mutants.map((mutant) => ({ id, mutant, name: mutant.name })),
);

afterAll(() => {
  console.log(`\nKill table of the catalogue\n\n${formatKillTable(kills)}\n`);
});

describe('the control', () => {
  test.each(FORMS)('%s passes every requirement', async (form) => {
    expect(Object.fromEntries(await findBroken({ form }))).toEqual({});
  });

  test.each(ALL.filter(({ mutant }) => mutant.limits))(
    'passes with the budgets of "$name"',
    async ({ mutant }) => {
      const { form, limits = {} } = mutant;
      expect(Object.fromEntries(await findBroken({ form, limits }))).toEqual({});
    },
  );
});

describe('every requirement', () => {
  test.each(ARCHIVE_REQUIREMENTS.map(({ id }) => id))('%s has a mutant', (id) => {
    expect(MUTANTS[id].length).toBeGreaterThan(0);
  });
});

describe.each(ALL)('$id: $name', ({ id, mutant }) => {
  test('is noticed by this requirement, and else by declared company only', async () => {
    const broken = await findBroken(mutant);
    kills.push({ requirement: id, mutant: mutant.name, killers: [...broken.keys()] });
    expect([...broken.keys()].sort(), [...broken.values()].join('\n')).toEqual(
      [id, ...(mutant.company ?? [])].sort(),
    );
  });
});
