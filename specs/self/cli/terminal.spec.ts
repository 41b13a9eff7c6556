import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { escapeLines, quoteWord, shorten, showName } from '../../../helpers/common/escape.ts';
import { projectFolder } from '../../../helpers/common/project-files.ts';

describe('the edge to the terminal', () => {
  test.each([
    ['\u001b]52;c;YQ==\u0007', '\\x1b]52;c;YQ==\\x07'],
    ['\u009b2J\u202e\u2028', '\\x9b2J\\u{202e}\\u{2028}'],
    ['a\r\nb', 'a\\r\nb'],
    ['::error::x\n  ::notice::y\n##[error]z', '\\x3a:error::x\n  \\x3a:notice::y\n\\x23#[error]z'],
    ['a::b ##[c]', 'a::b ##[c]'],
    ['\u001b[31mred\u001b[39m', '\\x1b[31mred\\x1b[39m'],
  ])('%j becomes %j', (text, escaped) => {
    expect(escapeLines(text)).toBe(escaped);
  });

  test('our own colours stay where they are wanted, and nothing else does', () => {
    expect(escapeLines('\u001b[31mred\u001b[39m\u001b[2J', { color: true })).toBe(
      '\u001b[31mred\u001b[39m\\x1b[2J',
    );
  });

  test('a command of GitHub does not hide behind a colour', () => {
    expect(escapeLines('\u001b[31m::error::x\u001b[39m', { color: true })).not.toContain('\n::');
  });

  test('words and names of any length are told in a readable one', () => {
    expect(quoteWord('x'.repeat(7_000_000)).length).toBeLessThan(300);
    expect(showName('\u001b'.repeat(7_000_000))).toContain('(7000000 characters)');
    expect(quoteWord('a\nb"')).toBe('"a\\nb\\""');
    expect(shorten('ab\u{1f600}', 3)).toBe('ab…');
  });

  test('nothing else writes to standard output or standard error', () => {
    const folder = projectFolder('helpers');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const writers = files.filter((name) =>
      /\bconsole\.\w+\(|process\.(?:stdout|stderr)(?:\.write|\[)/.test(
        readFileSync(join(folder, name), 'utf8'),
      ),
    );
    expect(files.length).toBeGreaterThan(300);
    // The entry writes one fixed sentence, where not even the other can be loaded.
    expect(writers).toEqual(['cli/entry.ts', 'common/terminal.ts']);
    expect(readFileSync(join(folder, 'cli/entry.ts'), 'utf8')).not.toContain('${');
  });
});
