import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PageData } from '../../../helpers/report/html/data.ts';
import { h, isAllowedAddress, isAllowedAttribute } from '../../../helpers/report/html/element.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { toHtml } from '../../../helpers/report/html/to-html.ts';
import { exampleGate, exampleReport, HOSTILE } from './example.ts';
import { hostileReport } from './hostile.ts';

describe('the page', () => {
  const report = exampleReport({ engines: 20, requirements: 100, variants: 1 });
  const page = renderHtml(report);

  it('stays under 2 MB for 20 engines by 100 requirements', () => {
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
  });

  it('allows its own script and style by their hashes, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const script = hash(/<script>([\s\S]*?)<\/script>/.exec(page)?.[1]);
    const style = hash(/<style>([\s\S]*?)<\/style>/.exec(page)?.[1]);
    expect(policy).toBe(
      `default-src 'none'; script-src ${script}; style-src ${style}; base-uri 'none'; form-action 'none'`,
    );
  });

  it('refers to nothing that a browser would fetch', () => {
    const withoutText = page.replace(/<script[\s\S]*?<\/script>/g, '');
    expect(withoutText).not.toMatch(/<(?:link|img|iframe|object|embed|base|video|audio|source)\b/i);
    expect(withoutText).not.toMatch(/<[^>]*\s(?:src|srcset|style|on\w+)=/i);
    expect(withoutText).not.toMatch(/url\(|@import/);
  });

  it('says verdict, engines, date and command without a script', () => {
    const text = page.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<[^>]+>/g, '');
    for (const said of [
      'Does not conform',
      'docker-28-containerd',
      'containerd',
      '2026-01-02 03:04 UTC',
      'npm run matrix',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('has an address for every cell, each once', () => {
    const addresses = [...page.matchAll(/<td><a [^>]*href="(#cell=[^"]+)"/g)].map(([, address]) => address);
    expect(addresses).toHaveLength(1900);
    expect(new Set(addresses).size).toBe(1900);
  });

  it('shows the gate with advice first when there is one', () => {
    const gated = renderHtml(report, { gate: exampleGate(report), baseline: report });
    expect(gated.indexOf('id="gate"')).toBeGreaterThan(0);
    expect(gated.indexOf('id="gate"')).toBeLessThan(gated.indexOf('id="problems"'));
    for (const said of [
      'What to do: ',
      '80 requirements and 12 observations',
      'is over since',
      '1.2 s, then 900 ms',
    ])
      expect(gated).toContain(said);
    const names = expanded(gated).baselineArchives.map(({ id }) => id);
    expect(names).toContain('baseline: docker-28-containerd/buildx/docker-save');
  });

  it('keeps hostile names as text, in markup and in data', () => {
    const hostile = renderHtml(hostileReport(), { gate: exampleGate(hostileReport()) });
    expect(hostile).not.toContain(HOSTILE.markup);
    expect(hostile).not.toContain(HOSTILE.script);
    expect(hostile.match(/<script/g)).toHaveLength(2);
    for (const character of ['\u202e', '\u001b', '\u0000']) expect(hostile).not.toContain(character);
    expect(hostile).toContain('&lt;img src=x onerror=');
    expect(hostile).toContain('invoice\\u{202e}txt.exe');
    expect(expanded(hostile).report.archives[0]?.signs).toEqual(Object.values(HOSTILE));
  });
});

function expanded(page: string): PageData {
  const data = /id="data">(.*?)<\/script>/.exec(page)?.[1] ?? '';
  return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8'));
}

describe('an element', () => {
  it('escapes text and attribute values', () => {
    expect(toHtml(h('p', { title: '"><script>' }, '<b>&', 'x'))).toBe(
      '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;x</p>',
    );
  });

  it.each(['onclick', 'ONERROR', 'style', 'srcdoc', 'a b', 'x"'])('cannot have the attribute %s', (name) => {
    expect(isAllowedAttribute(name)).toBe(false);
    expect(() => toHtml(h('p', { [name]: 'x' }))).toThrow('Suite bug:');
  });

  it.each(['javascript:alert(1)', ' javascript:x', 'data:text/html,x', '//host/x', 'file:///etc/passwd'])(
    'links not to %s',
    (address) => {
      expect(isAllowedAddress(address)).toBe(false);
      expect(toHtml(h('a', { href: address }, 'x'))).toBe('<a>x</a>');
    },
  );
});

describe('the page of a gate', () => {
  const report = exampleReport({ engines: 2, requirements: 4, variants: 1 });

  it.each([
    ['no-go', 'does-not-conform', 'No-go'],
    ['go', 'conforms', 'Go'],
    ['could-not-judge', 'could-not-judge', 'Could not judge'],
  ] as const)('opens with the verdict %s, whatever the candidate says of itself', (verdict, colour, word) => {
    const gate = { ...exampleGate(report), verdict, summary: 'the words of the gate' };
    const gated = renderHtml({ ...report, verdict: 'conforms' }, { gate, baseline: report });
    expect(gated).toContain(`<title>${word}: the words of the gate</title>`);
    expect(gated).toContain(`<header class="verdict ${colour}">`);
    const hero = /<h1>.*?<\/h1>/s.exec(gated)?.[0] ?? '';
    expect(hero).toContain(`<strong>${word}: </strong>`);
    expect(hero).not.toContain('Conforms');
  });
});
