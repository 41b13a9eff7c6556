import { describe, expect, test } from 'vitest';
import { h } from '../../../helpers/report/html/element.ts';
import { toHtml } from '../../../helpers/report/html/to-html.ts';
import { comparison } from '../../../helpers/report/html/views/finding.ts';
import { timesIn, withLinks } from '../../../helpers/report/html/views/readable.ts';

const HEX = 'ab12'.repeat(16);
const finding = (value: string | number, from: string) => ({
  message: '',
  where: { member: `blobs/sha256/${HEX}` },
  expected: { value: 'none', from: '' },
  actual: { value, from },
});

describe('values on the page', () => {
  test('digests are whole in the text, and cut to the eye', () => {
    const html = toHtml(comparison(finding(`sha256:${HEX}`, `sha256(blobs/sha256/${HEX})`)));
    expect(html).toContain(`<span class="short" title="sha256:${HEX}">sha256:${HEX}</span>`);
    expect(html).toContain(`<span class="short" title="sha256/${HEX}">`);
  });

  test('seconds of a time have it beside them', () => {
    expect(toHtml(comparison(finding(1_795_605_990, 'mtime in the tar header')))).toContain(
      '<small>2026-11-25 11:26:30 UTC</small>',
    );
    expect(timesIn('not after 1795605989', 'created of the images')).toEqual(['2026-11-25 11:26:29 UTC']);
  });

  test('other numbers have none', () => {
    expect(timesIn('1795605990', 'size of the tar header')).toEqual([]);
    expect(timesIn('99999999999', 'mtime in the tar header')).toEqual([]);
  });

  test('links of our own texts are links, and end where the sentence does', () => {
    const html = toHtml(
      h('p', {}, withLinks('Fixed in 29.0. (https://example.test/a/1) See https://example.test/b.')),
    );
    expect([...html.matchAll(/href="([^"]+)"/g)].map(([, href]) => href)).toEqual([
      'https://example.test/a/1',
      'https://example.test/b',
    ]);
    expect(toHtml(comparison(finding('https://evil.test/', 'Env')))).not.toContain('<a ');
  });
});
