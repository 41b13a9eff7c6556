import { parse } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { CAUSES_SUITE, renderJUnit } from '../../../helpers/report/junit.ts';
import { escapeXml } from '../../../helpers/report/xml.ts';
import { exampleReport } from './example.ts';
import { hostileReport } from './hostile.ts';
import { junitErrors } from './junit-schema.ts';

async function read(xml: string) {
  const suites = await parse(xml);
  if (!suites || !('testsuite' in suites)) throw new Error('no testsuites');
  return suites;
}

describe('JUnit XML', () => {
  const matrix = exampleReport({ engines: 6, requirements: 40, variants: 2 });
  const report = { ...matrix, kind: 'conformance' as const };

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

  it('has one suite for each engine of a matrix', async () => {
    const { testsuite = [] } = await read(renderJUnit(matrix));
    expect(testsuite.map(({ name }) => name)).toEqual([
      ...matrix.engines.map(({ name }) => name),
      CAUSES_SUITE,
    ]);
  });

  it('leaves out what does not apply, and counts it', async () => {
    const { testsuite = [] } = await read(renderJUnit(report));
    const [first] = report.subjects;
    const statuses = first?.outcomes.map(({ status }) => status) ?? [];
    const number = statuses.filter((status) => status === 'not-applicable').length;
    expect(number).toBeGreaterThan(0);
    const counted = testsuite[0]?.properties?.find(({ name }) => name === 'not-applicable');
    expect(Number(counted?.value)).toBe(number);
    expect(testsuite[0]?.testcase).toHaveLength(
      statuses.filter((status) => status !== 'not-applicable' && status !== 'unsupported').length,
    );
  });

  it('is small enough for eleven engines, also when every requirement fails everywhere', () => {
    const full = exampleReport({ engines: 11, requirements: 240, variants: 20 });
    const [broken] = full.subjects.flatMap(({ outcomes }) =>
      outcomes.filter(({ status }) => status === 'fail'),
    );
    const findings = Array.from({ length: 10 }, () => broken?.findings ?? []).flat();
    const worst = full.subjects.map((subject) => ({
      ...subject,
      outcomes: subject.outcomes.map((outcome) => ({ ...outcome, status: 'fail' as const, findings })),
    }));
    expect(findings).toHaveLength(10);
    for (const each of [full, { ...full, subjects: worst }])
      expect(Buffer.byteLength(renderJUnit(each))).toBeLessThan(2_000_000);
  }, 60_000);

  it.each([
    ['a matrix', matrix],
    ['a run', report],
    [
      'a check',
      { ...matrix, kind: 'check' as const, unreadable: [{ subject: 'a.tar', reason: 'It is\nempty.' }] },
    ],
    ['hostile names', hostileReport()],
  ])('is valid by the schema of Jenkins xUnit plugin for %s', async (_, value) => {
    expect(await junitErrors(renderJUnit(value))).toEqual([]);
  });

  it('that the schema would refuse is noticed', async () => {
    const xml = renderJUnit(report).replace('<testcase ', '<testcase file="a" ');
    expect((await junitErrors(xml)).join()).toContain("The attribute 'file' is not allowed");
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
