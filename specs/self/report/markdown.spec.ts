import { describe, expect, it } from 'vitest';
import { MARKDOWN_LIMIT, MARKDOWN_MARKER, renderMarkdown } from '../../../helpers/report/markdown.ts';
import { exampleReport, HOSTILE } from './example.ts';
import { hostileReport } from './hostile.ts';

describe('Markdown', () => {
  const report = exampleReport({ engines: 5, requirements: 20, variants: 1 });
  const markdown = renderMarkdown(report);

  it('begins with the marker that finds the comment again, and the verdict', () => {
    expect(markdown.split('\n').slice(0, 2)).toEqual([
      MARKDOWN_MARKER,
      expect.stringMatching(/^## ✗ Does not conform: /),
    ]);
  });

  it('lists every engine with its version', () => {
    for (const { name, stack } of report.engines) {
      expect(markdown).toMatch(new RegExp(`\\| \`${name}\` \\| \`${stack.engine} ${stack.version}\` `));
    }
  });

  it('fits into a comment, and says what it left out', () => {
    const large = renderMarkdown(exampleReport({ engines: 20, requirements: 600, variants: 3 }));
    expect(large.length).toBeLessThan(MARKDOWN_LIMIT + 5000);
    expect(large).toMatch(/\d+ problems more: see the full report\./);
  });

  it('keeps words of archives inside code, where no markup, mention or link is looked for', () => {
    const outside = renderMarkdown(hostileReport())
      .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
      .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
    for (const text of [HOSTILE.markup, '@everyone', '](javascript:', '</script>', '\u202e', '\u001b']) {
      expect(outside).not.toContain(text);
    }
  });
});
