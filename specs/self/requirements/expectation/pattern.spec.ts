import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { requiredLiteral } from '../../../../helpers/requirements/expectation/literal.ts';
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

describe('the text that every match holds', () => {
  test.each([
    ['BEGIN [A-Z ]*PRIVATE KEY', 'PRIVATE KEY'],
    ['AKIA[0-9A-Z]{16}', 'AKIA'],
    ['\\.npmrc$', '.npmrc'],
    ['(?i)PassWord\\s*=', 'password'],
    ['ghp_x{20}', 'ghp_'],
    ['abcd?e', 'abc'],
    ['secret|token', undefined],
    ['(?:secret|token)=', undefined],
    ['(?:a)secret(b|c)', 'secret'],
    ['[])(|]secret', 'secret'],
    ['a(?i)secret', undefined],
    ['ab*c', undefined],
  ])('of %s is %s', (pattern, text) => {
    expect(requiredLiteral(pattern)?.text).toBe(text);
  });

  test('never hides a match', () => {
    const piece = fc.constantFrom(
      'secret',
      'ab',
      'K',
      's',
      '.',
      '\\.',
      '[a-z]',
      '[^]]',
      '(ab|c)',
      '?',
      '*',
      '+',
      '{0,2}',
      '|',
      '^',
      '$',
      '\\w',
      '\\x41',
      '\\Qa*\\E',
      '(?i)',
      '\u212a',
      '\u017f',
      'é',
    );
    const pattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''));
    const text = fc.array(
      fc.constantFrom('secret', 'SECRET', '\u017fecret', 'a', 'b', 'ab', 'K', 'k', '\u212a', '.', 'A', 'é'),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(pattern, text, (source, parts) => {
        if (whyNoPattern(source) !== undefined || source.startsWith('^(?')) return;
        const found = parts.join('');
        expect(matches(source, found)).toBe(
          RE2JS.compile(RE2JS.translateRegExp(source)).matcher(found).find(),
        );
      }),
      { numRuns: 3000 },
    );
  });

  test('costs little where it is not there', () => {
    const matcher = createMatcher(1000);
    expect(matcher.find('AKIA[0-9A-Z]{16}', 'x'.repeat(20_000))).toBeUndefined();
    expect(() => matcher.find('[0-9A-Z]{16}', 'x'.repeat(20_000))).toThrow(UnjudgedError);
  });
});
