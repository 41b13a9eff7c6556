import { expect, test } from 'vitest';
import { renderTrends, trendOf } from '../../../helpers/proof/soak/trend.ts';

/** Runs that begin with two that fill caches. */
const runs = (...values: readonly number[]) => [900, 700, ...values];

test.each<[string, readonly number[], boolean]>([
  ['stays', runs(100, 100, 100, 100, 100, 100), true],
  ['falls', runs(100, 100, 90, 80, 70, 70), true],
  ['wavers within a tenth', runs(100, 104, 96, 108, 109, 108), true],
  ['has one outlier', runs(100, 100, 100, 100, 100, 100, 100, 500, 100), true],
  ['grows slowly and for ever', runs(100, 105, 110, 115, 120, 125, 130, 135, 140), false],
  ['doubles in the end', runs(100, 100, 100, 100, 200, 200), false],
])('a quantity that %s', (_, values, isFlat) => {
  expect(trendOf('memory', 'MB', values)).toMatchObject({ isFlat });
});

test('what must not grow at all grows by one', () => {
  expect(trendOf('left', '', [0, 0, 0, 0, 1, 1, 1, 1], { share: 0 }).isFlat).toBe(false);
});

test('the text names what grows; what is not judged never does', () => {
  const values = runs(100, 100, 100, 100, 200, 200);
  const [grows, cache] = [
    trendOf('memory', 'MB', values),
    trendOf('cache', 'MB', values, { isJudged: false }),
  ];
  expect(renderTrends(8, [grows, cache])).toMatch(
    /^✗ memory .*\(\+100 %\)\n {2}cache .*\nIt grows: memory\.\n$/m,
  );
  expect(renderTrends(8, [cache])).toMatch(/^Flat\.$/m);
});
