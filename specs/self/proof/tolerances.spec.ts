import { describe, expect, test } from 'vitest';
import { findBroken } from '../../../helpers/proof/mutants/kill.ts';
import { TOLERANCES } from '../../../helpers/proof/mutants/tolerances.ts';

describe('what is unusual but legal', () => {
  test.each(TOLERANCES)('passes: $name', async (tolerance) => {
    const broken = await findBroken(tolerance);
    expect([...broken.keys()], [...broken.values()].join('\n')).toEqual(tolerance.warns ?? []);
  });
});
