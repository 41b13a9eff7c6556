import { describe, expect, test } from 'vitest';
import { createMatcher, whyNoPattern } from '../../../../helpers/requirements/expectation/pattern.ts';
import { UnjudgedError } from '../../../../helpers/requirements/outcome.ts';

const matches = (pattern: string, text: string) => createMatcher().matches(pattern, text);

describe('patterns of an expectation', () => {
  test.each([
    ['COPY', 'RUN COPY x', true],
    ['^COPY', 'RUN COPY x', false],
    ['^\\/bin\\/sh\\s+-c', '/bin/sh  -c x', true],
    ['\\u{41}\\u0042', 'xAB', true],
    ['^(?!.*hunter2)', 'COPY tree /', true],
    ['^(?!.*hunter2)', '|1 TOKEN=hunter2 COPY', false],
    ['^(?=RUN)(?!.*rm)RUN \\w+', 'RUN make', true],
    ['^(?=RUN)(?!.*rm)RUN \\w+', 'RUN rm x', false],
    ['^(?![)(])a', 'a', true],
    ['^(?!\\))\\)', ')', false],
    ['^(?!b)(?:a|b)', 'b', false],
  ])('%s in %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
    // The same as the engine of JavaScript says.
    expect(new RegExp(pattern, 'u').test(text)).toBe(expected);
  });

  test.each(['(', 'a(?!b)', '(a)\\1', '^(?!a)b|c', 'a{1001}'])('%s is refused with a reason', (pattern) => {
    expect(whyNoPattern(pattern)).toMatch(/\w/);
  });

  test('a pattern that would backtrack for ever takes time in proportion to the text', () => {
    // 2^40 steps for an engine that backtracks.
    expect(matches('^(?:a+)+$', `${'a'.repeat(40)}!`)).toBe(false);
    expect(matches('(?:\\w+\\s?)+$', `${'word '.repeat(2000)}!`)).toBe(false);
  });

  test('all searches together have a budget', () => {
    const matcher = createMatcher(1000);
    const text = 'x'.repeat(100);
    expect(matcher.matches('b', text)).toBe(false);
    expect(() => {
      for (let search = 0; search < 10; search++) matcher.matches('b', text);
    }).toThrow(UnjudgedError);
  });
});
