import { describe, expect, test } from 'vitest';
import { evaluate, MAX_FINDINGS, selectRequirements } from '../../../../helpers/requirements/check.ts';
import { LEVELS, type Requirement } from '../../../../helpers/requirements/define.ts';
import type { Violation } from '../../../../helpers/requirements/outcome.ts';

const violation: Violation = {
  where: { member: 'a' },
  expected: { value: 1, from: 'x' },
  actual: { value: 2, from: 'y' },
};

function requirement(parts: Partial<Requirement<number>>): Requirement<number> {
  return {
    id: 'number.small',
    title: 'The number is small',
    level: 'must',
    subject: 'archive',
    source: { document: 'x', section: 'y', quote: 'z' },
    consequence: 'None.',
    check: () => [],
    ...parts,
  };
}

describe('one requirement for one subject', () => {
  test('passes when nothing is yielded', () => {
    expect(evaluate(requirement({}), 1)).toEqual({ id: 'number.small', status: 'pass', findings: [] });
  });

  test.each([
    ['must', 'fail'],
    ['consumer', 'fail'],
    ['expectation', 'fail'],
    ['should', 'warn'],
    ['practice', 'warn'],
  ] as const)('a violation of level %s is a %s', (level, status) => {
    expect(evaluate(requirement({ level, check: () => [violation] }), 1)).toEqual({
      id: 'number.small',
      status,
      findings: [{ ...violation, message: 'The number is small, but at a: expected 1 (x), found 2 (y).' }],
    });
  });

  test('does not apply for a stated reason, and is not checked then', () => {
    const check = () => {
      throw new Error('checked');
    };
    expect(evaluate(requirement({ when: () => 'no number', check }), 1)).toEqual({
      id: 'number.small',
      status: 'not-applicable',
      reason: 'no number',
      findings: [],
    });
  });

  test.each(['when', 'check'] as const)('an exception in `%s` is an error of ours', (part) => {
    const outcome = evaluate(
      requirement({
        [part]: () => {
          throw new TypeError('oops');
        },
      }),
      1,
    );
    expect(outcome).toMatchObject({
      status: 'error',
      reason: 'Suite bug: number.small could not judge: TypeError: oops',
    });
  });

  test('keeps a bounded number of findings and counts the rest', () => {
    const outcome = evaluate(requirement({ check: () => Array<Violation>(250).fill(violation) }), 1);
    expect(outcome.findings).toHaveLength(MAX_FINDINGS);
    expect(outcome.omitted).toBe(250 - MAX_FINDINGS);
  });

  test('ends for a check that never does', () => {
    const endless = function* () {
      for (;;) yield violation;
    };
    expect(evaluate(requirement({ check: endless }), 1).status).toBe('fail');
  });
});

test('requirements are selected by level and by id', () => {
  const all = LEVELS.map((level) => requirement({ id: `x.${level}`, level }));
  const ids = (options: Parameters<typeof selectRequirements>[1]) =>
    selectRequirements(all, options).map(({ id }) => id);
  expect(ids({})).toHaveLength(LEVELS.length);
  expect(ids({ levels: ['must', 'should'] })).toEqual(['x.must', 'x.should']);
  expect(ids({ only: ['x.practice'] })).toEqual(['x.practice']);
  expect(ids({ levels: ['must'], only: ['x.practice'] })).toEqual([]);
});
