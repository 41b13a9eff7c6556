import { parse } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { CAUSES_SUITE, escapeXml, renderJUnit } from '../../../helpers/report/junit.ts';
import { exampleReport } from './example.ts';
import { hostileReport } from './hostile.ts';

async function read(xml: string) {
  const suites = await parse(xml);
  if (!suites || !('testsuite' in suites)) throw new Error('no testsuites');
  return suites;
}

describe('JUnit XML', () => {
  const report = exampleReport({ engines: 6, requirements: 40, variants: 2 });

  it('names engine, builder and saver of each suite', async () => {
    const { testsuite = [] } = await read(renderJUnit(report));
    expect(testsuite.map(({ name }) => name)).toEqual([...report.subjects.map(({ id }) => id), CAUSES_SUITE]);
    expect(testsuite[0]?.properties).toEqual(
      expect.arrayContaining([
        { name: 'engine', value: 'docker-28-containerd' },
        { name: 'builder', value: 'buildx' },
        { name: 'saver', value: 'docker-save' },
        { name: 'stack.store', value: 'containerd' },
      ]),
    );
  });

  it('counts as the parser counts', async () => {
    const { testsuite = [], tests, failures, errors } = await read(renderJUnit(report));
    const cases = testsuite.flatMap(({ testcase = [] }) => testcase);
    expect(tests).toBe(cases.length);
    expect(failures).toBe(cases.filter(({ failure }) => failure).length);
    expect(errors).toBe(cases.filter(({ error }) => error).length);
    expect(cases.filter(({ failure }) => failure).length).toBeGreaterThan(0);
  });

  it('puts the finding with both values into the failure', async () => {
    const { testsuite = [] } = await read(renderJUnit(report));
    const failed = testsuite.flatMap(({ testcase = [] }) => testcase).find(({ failure }) => failure);
    const [failure] = failed?.failure ?? [];
    expect(failed?.name).toMatch(/^[a-z]+\.[a-z0-9-]+: The /);
    expect(failure?.inner).toContain('expected: ');
    expect(failure?.inner).toContain('actual: ');
    expect(failure?.inner).toContain('Consequence: ');
  });

  it('stays well formed whatever an archive names its files', async () => {
    const hostile = hostileReport();
    const { testsuite = [] } = await read(renderJUnit(hostile));
    expect(testsuite).toHaveLength(hostile.subjects.length + 1);
    expect(testsuite[0]?.testcase?.[0]?.failure?.[0]?.inner).toContain('</script><script>');
  });

  it.each([
    ['<b> & "c" \'d\'', '&lt;b&gt; &amp; &quot;c&quot; &apos;d&apos;'],
    ['\u0000\u001b[0m', '\\x00\\x1b[0m'],
    ['\ufffe\uffff', ''],
    ['\ud800', '\\u{d800}'],
    ['two\nlines', 'two\nlines'],
    ['plain text', 'plain text'],
  ])('writes %j as %j', (text, written) => {
    expect(escapeXml(text)).toBe(written);
  });
});
