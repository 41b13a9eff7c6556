import { describe, expect, it } from 'vitest';
import { renderCheckText } from '../../../helpers/report/check-text.ts';
import { renderFlowTable } from '../../../helpers/report/flow-table.ts';
import { renderAnnotations } from '../../../helpers/report/github.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { CAUSES_SUITE, renderJUnit } from '../../../helpers/report/junit.ts';
import { renderMarkdown } from '../../../helpers/report/markdown.ts';
import { renderMatrixTable } from '../../../helpers/report/matrix-table.ts';
import type { Report, SubjectReport } from '../../../helpers/report/report-model.ts';
import { renderSarif } from '../../../helpers/report/sarif.ts';
import { causesOf, reachOf } from '../../../helpers/report/summary.ts';
import { exampleReport } from './example.ts';

const CAUSE = 'podman build . took longer than its limit of 300 s.';
const FAILURE = 'The one real failure.';
/** Says something of the engine, so it may stand only beside what was judged. */
const consequenceOf = (id: string) => `CONSEQUENCE-OF-${id}.`;

/** Four builds over their limit, twelve requirements each, and one real failure. */
function busyReport(): Report {
  const base = exampleReport({ engines: 1, requirements: 13, variants: 1 });
  const requirements = base.requirements.map((one) => ({ ...one, consequence: consequenceOf(one.id) }));
  const [failing, ...others] = requirements;
  const [like] = base.subjects;
  if (failing === undefined || like === undefined) throw new Error('the example is empty');
  const subject = (name: string, outcomes: SubjectReport['outcomes']): SubjectReport => ({
    ...{ ...like, archive: '' },
    ...{ id: `podman/${name}`, outcomes },
  });
  const late = ['one', 'two', 'three', 'four'].map((name) =>
    subject(
      name,
      others.map(({ id }) => ({ id, status: 'error' as const, reason: CAUSE, findings: [] })),
    ),
  );
  const finding = {
    ...{ where: {}, message: FAILURE },
    ...{ expected: { value: 'a', from: 'x' }, actual: { value: 'the only value that is wrong', from: 'y' } },
  };
  const broken = subject('five', [{ id: failing.id, status: 'fail', findings: [finding] }]);
  return {
    ...{ ...base, archives: [], observations: [] },
    ...{ requirements, subjects: [...late, broken], verdict: 'could-not-judge' },
  };
}

const REPORT = busyReport();

/** What a page shows in its section of problems, without the data that it carries. */
function problemsOfPage(html: string): string {
  return /<section[^>]*id="problems".*?<\/section>/s.exec(html)?.[0] ?? '';
}

/** Each output for people, or the part of it that tells what needs attention. */
const OUTPUTS: Readonly<Record<string, (report: Report) => string>> = {
  conformance: renderFlowTable,
  matrix: renderMatrixTable,
  annotations: (report) => renderAnnotations(report).replaceAll('%2C', ','),
  // The page shows both values beside each other instead of the sentence.
  page: (report) => problemsOfPage(renderHtml(report)).replace('the only value that is wrong', FAILURE),
  markdown: renderMarkdown,
};

const occurrences = (text: string, part: string) => text.split(part).length - 1;

describe.each(Object.entries(OUTPUTS))('%s', (_, render) => {
  const text = render(REPORT);

  it('tells one cause once, after the failure', () => {
    expect(occurrences(text, CAUSE.replace(/\.$/, ''))).toBe(1);
    expect(text).toContain(FAILURE);
    expect(text.indexOf(FAILURE)).toBeLessThan(text.indexOf(CAUSE.replace(/\.$/, '')));
  });

  it('says how much the cause kept from being judged, and where', () => {
    expect(text).toMatch(/12 requirements on podman\/one, podman\/two, podman\/three and podman\/four/);
  });

  it('states no consequence of what was not judged', () => {
    for (const { id } of REPORT.requirements.slice(1)) expect(text).not.toContain(consequenceOf(id));
  });
});

it('JUnit has one error for the cause, and skips what it kept from being judged', () => {
  const text = renderJUnit(REPORT);
  expect(occurrences(text, '<error ')).toBe(1);
  expect(text).toContain(`name="${CAUSES_SUITE}" tests="1" failures="0" errors="1"`);
  expect(text).toMatch(/<testsuites [^>]*tests="14" failures="1" errors="1"/);
});

it('SARIF has one notification for the cause, with each place', () => {
  const [{ invocations }] = JSON.parse(renderSarif(REPORT)).runs;
  const [{ toolExecutionNotifications: told }] = invocations;
  expect(told).toHaveLength(1);
  expect(told[0].message.text).toBe(CAUSE);
  expect(told[0].locations).toHaveLength(4);
});

it('check tells a cause once for each archive, without a consequence', () => {
  const text = renderCheckText(REPORT, { color: false, quiet: false });
  expect(occurrences(text, CAUSE)).toBe(4);
  for (const { id } of REPORT.requirements.slice(1)) expect(text).not.toContain(consequenceOf(id));
});

it('causes that differ are told apart, and what could not be read joins the same cause', () => {
  const unreadable = [
    { subject: 'podman', reason: `\u001b[31m${CAUSE}\u001b[0m` },
    { subject: 'broken.tar', reason: 'broken.tar is empty' },
  ];
  const causes = causesOf({ ...REPORT, unreadable });
  expect(causes.map(({ reason }) => reason)).toEqual([CAUSE, 'broken.tar is empty']);
  expect(causes.map(reachOf)).toEqual([
    '12 requirements on podman/one, podman/two, podman/three and 2 more',
    'broken.tar',
  ]);
});
