import { describe, expect, it } from 'vitest';
import { MARKDOWN_MARKER, renderMarkdown } from '../../../helpers/report/markdown.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { exampleReport, HOSTILE } from './example.ts';
import { hostileReport } from './hostile.ts';

/** A check of many archives, whose command and verdict name them all. */
function longCheck(): Report {
  const report = exampleReport({ engines: 1, requirements: 12, variants: 1 });
  const [like] = report.subjects;
  if (like === undefined) throw new Error('the example is empty');
  const names = Array.from({ length: 2000 }, (_, n) => `${'long/'.repeat(40)}${n}.tar`);
  return {
    ...report,
    kind: 'check',
    engines: [],
    command: `npx scratch-conformance check ${names.join(' ')}`,
    subjects: names.map((id) => ({ id, archive: id, outcomes: like.outcomes })),
    unreadable: names.map((subject) => ({ subject, reason: `${subject} is empty: ${'x'.repeat(3000)}` })),
  };
}

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

  it.each([
    ['many engines and requirements', exampleReport({ engines: 60, requirements: 600, variants: 3 })],
    ['two thousand archives with long names', longCheck()],
    ['a hostile report', hostileReport()],
  ])('fits into a comment of GitHub for %s', (_, large) => {
    const rendered = renderMarkdown(large);
    expect(rendered.length).toBeLessThan(65_536);
    expect(rendered.split('\n')[1]).toMatch(/^## /);
    expect(rendered.match(/<details>/g)?.length).toBe(rendered.match(/<\/details>/g)?.length);
  });

  it('leaves out numbers of what holds before any problem, and says what it left out', () => {
    const one = exampleReport({ engines: 2, requirements: 2000, variants: 3 });
    const holding = one.subjects.map((subject) => ({
      ...subject,
      outcomes: subject.outcomes.map((outcome, position) =>
        position === 1999 ? outcome : { id: outcome.id, status: 'pass' as const, findings: [] },
      ),
    }));
    const failing = holding.map((subject) => ({
      ...subject,
      outcomes: subject.outcomes.map((outcome) =>
        outcome.id === one.requirements[5]?.id ? { ...outcome, status: 'fail' as const } : outcome,
      ),
    }));
    const rendered = renderMarkdown({ ...one, subjects: failing });
    expect(rendered).toContain(`<b>fail</b> <code>${one.requirements[5]?.id}</code>`);
    expect(rendered).toMatch(/\d+ requirements more: see the full report\./);
    const large = renderMarkdown(exampleReport({ engines: 20, requirements: 600, variants: 3 }));
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
