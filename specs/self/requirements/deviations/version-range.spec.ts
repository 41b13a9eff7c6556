import { describe, expect, test } from 'vitest';
import { compareVersions, isInRange, rangeProblem } from '../../../../helpers/common/version-range.ts';

describe('a range of versions', () => {
  test.each([
    ['28.5.2+dfsg4', '>=25 <29', true],
    ['20.10.24+dfsg1', '20.10', true],
    ['20.10.24+dfsg1', '20.10.5', false],
    ['20.10.5+dfsg1', '=20.10.5', true],
    ['v0.25.2', '<0.31', true],
    ['29.6.0', '<25 || >=29.6.0', true],
    ['29.5.3', '<25 || >=29.6.0', false],
    ['29.7', '>=29.6.0', true],
    ['29.7.2', '<=29.7', true],
    ['29.7.2', '>29.7', false],
    ['29.10.0', '>29.7', true],
    ['dev', '>=1', false],
    ['dev', '*', true],
    ['3', '2 || 3', true],
  ])('holds %s in %s: %s', (version, range, expected) => {
    expect(isInRange(version, range)).toBe(expected);
  });

  test('compares numbers, not text', () => {
    expect(compareVersions('9.9', '29.7')).toBe(-1);
    expect(compareVersions('28.10', '28.9.9')).toBe(1);
    expect(compareVersions('28.5', '28.5.0+dfsg1')).toBe(0);
  });

  test.each(['', '^28', '28.x', '>= 25', '25 ||'])('refuses %j and shows how to write one', (range) => {
    expect(rangeProblem(range)).toMatch(/cannot be read at .*; write it like ">=25 <28"/);
  });
});
