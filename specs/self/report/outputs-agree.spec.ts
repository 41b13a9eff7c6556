import { parse as parseJUnit } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { renderFlowTable } from '../../../helpers/report/flow-table.ts';
import { renderAnnotations } from '../../../helpers/report/github.ts';
import { renderHtml } from '../../../helpers/report/html/render-page.ts';
import { CAUSES_SUITE, renderJUnit } from '../../../helpers/report/junit.ts';
import { renderMarkdown } from '../../../helpers/report/markdown.ts';
import { renderMatrixTable } from '../../../helpers/report/matrix-table.ts';
import type { Report } from '../../../helpers/report/report-model.ts';
import { renderSarif } from '../../../helpers/report/sarif.ts';
import { verdictSentence } from '../../../helpers/report/summary.ts';
import { STATUS_WORDS } from '../../../helpers/report/words.ts';
import { renderJson } from '../../../helpers/report/write.ts';
import { STATUSES, type Status } from '../../../helpers/requirements/outcome.ts';
import { exampleReport } from './example.ts';

/** Requirement, then status, then how often; statuses that do not occur are left out. */
type Counts = Record<string, Partial<Record<Status, number>>>;

function add(counts: Counts, requirement: string, status: Status, number = 1): void {
  if (number === 0) return;
  const these = counts[requirement] ?? {};
  these[status] = (these[status] ?? 0) + number;
  counts[requirement] = these;
}

function statusOf(word: string | undefined): Status {
  const status = STATUSES.find((known) => known === word);
  if (status === undefined) throw new Error(`${word} is no status`);
  return status;
}

/** The status that begins what a passing case of JUnit prints. */
function wordOf(output: string): Status {
  return STATUSES.find((status) => output.startsWith(`${STATUS_WORDS[status].word}: `)) ?? 'pass';
}

/** What is no case of JUnit. */
const LEFT_OUT: readonly Status[] = ['not-applicable', 'unsupported'];

const COUNTERS: Readonly<Record<string, (report: Report) => Promise<Counts> | Counts>> = {
  json(report) {
    const counts: Counts = {};
    const read: Report = JSON.parse(renderJson(report));
    for (const { outcomes } of read.subjects) for (const { id, status } of outcomes) add(counts, id, status);
    return counts;
  },
  async junit(report) {
    const counts: Counts = {};
    const read = await parseJUnit(renderJUnit(report));
    for (const suite of read && 'testsuite' in read ? (read.testsuite ?? []) : []) {
      if (suite.name === CAUSES_SUITE) continue;
      for (const one of suite.testcase ?? []) {
        const id = one.name?.split(':')[0] ?? '';
        const output = one['system-out']?.at(-1) ?? '';
        const counted = /^\d+ [a-z-]+(?:, \d+ [a-z-]+)*$/.test(output) ? output : undefined;
        const told = one.failure ? 'fail' : one.skipped ? 'error' : wordOf(output);
        for (const part of (counted ?? `1 ${told}`).split(', ')) {
          const [number, status] = part.split(' ');
          add(counts, id, statusOf(status), Number(number));
        }
      }
    }
    return counts;
  },
  markdown(report) {
    const counts: Counts = {};
    const rows = renderMarkdown(report)
      .split('\n')
      .filter((line) => line.startsWith('| '));
    const head = rows.findIndex((line) => line.startsWith('| Requirement |'));
    const statuses = (rows[head] ?? '')
      .split(' | ')
      .slice(1)
      .map((cell) => {
        const word = cell.replace(/ \|$/, '').slice(2);
        return statusOf(STATUSES.find((status) => STATUS_WORDS[status].word === word));
      });
    for (const line of rows.slice(head + 1)) {
      const [id = '', ...numbers] = line.replace(/^\| | \|$/g, '').split(' | ');
      if (id.startsWith('**')) continue;
      numbers.forEach((number, column) => {
        add(counts, id.replaceAll('`', ''), statusOf(statuses[column]), Number(number));
      });
    }
    return counts;
  },
  html(report) {
    const counts: Counts = {};
    for (const [, id = '', row = ''] of renderHtml(report).matchAll(
      /<tr data-id="([^"]*)"[^>]*>(.*?)<\/tr>/g,
    )) {
      for (const [, status] of row.matchAll(/<a class="([a-z-]+)"/g)) add(counts, id, statusOf(status));
    }
    return counts;
  },
  sarif(report) {
    const counts: Counts = {};
    const { runs } = JSON.parse(renderSarif(report));
    for (const { properties } of runs)
      for (const [id, statuses] of Object.entries<Record<string, number>>(properties.statuses))
        for (const [status, number] of Object.entries(statuses)) add(counts, id, statusOf(status), number);
    return counts;
  },
};

describe('outputs of one report', () => {
  const report = exampleReport({ engines: 20, requirements: 100, variants: 1 });
  const expected: Counts = {};
  for (const { outcomes } of report.subjects)
    for (const { id, status } of outcomes) add(expected, id, status);

  /** A requirement that applies nowhere on an engine is no case of its suite; where it applies, all is counted. */
  function applying(of: Report): Counts {
    const counts: Counts = {};
    for (const { outcomes } of of.subjects)
      for (const { id, status } of outcomes) if (!LEFT_OUT.includes(status)) add(counts, id, status);
    return counts;
  }

  it.each(Object.entries(COUNTERS))(
    '%s counts every status of every requirement alike',
    async (name, count) => {
      expect(await count(report)).toEqual(name === 'junit' ? applying(report) : expected);
    },
  );

  it('JUnit counts in one case what several subjects of an engine show', async () => {
    const many = exampleReport({ engines: 5, requirements: 60, variants: 4 });
    const counted = (await COUNTERS['junit']?.(many)) ?? {};
    for (const [id, statuses] of Object.entries(applying(many)))
      expect(counted[id], id).toMatchObject(statuses);
  });

  it('uses an example that has every status', () => {
    const seen = new Set(Object.values(expected).flatMap((counts) => Object.keys(counts)));
    expect([...seen].sort()).toEqual([...STATUSES].sort());
  });

  it('notices an outcome that only one output has', async () => {
    const [first, ...rest] = report.subjects;
    if (!first) throw new Error('the example has no subject');
    const other = { ...report, subjects: [{ ...first, outcomes: first.outcomes.slice(1) }, ...rest] };
    for (const count of Object.values(COUNTERS)) expect(await count(other)).not.toEqual(expected);
  });

  it('names in every output what could not be read', () => {
    const unreadable = [{ subject: 'broken.tar', reason: 'broken.tar is empty' }];
    const other: Report = { ...report, verdict: 'could-not-judge', unreadable };
    for (const text of [
      renderJson,
      renderJUnit,
      renderMarkdown,
      renderHtml,
      renderSarif,
      renderAnnotations,
    ].map((render) => render(other))) {
      expect(text).toContain('broken.tar is empty');
    }
  });

  it('tells in every output what a run left in an engine', () => {
    const left = '7 entries of build cache (12 kB).';
    const [first, ...rest] = report.engines;
    if (!first) throw new Error('the example has no engine');
    const other: Report = { ...report, engines: [{ ...first, left }, ...rest] };
    for (const text of [
      ...[renderJson, renderJUnit, renderMarkdown, renderHtml, renderSarif, renderAnnotations],
      ...[renderFlowTable, renderMatrixTable],
    ].map((render) => render(other))) {
      expect(text.replaceAll('&#40;', '(').replaceAll('&#41;', ')')).toContain(left);
    }
  });

  it('says once what could not be read for several reasons', () => {
    const unreadable = ['cut off', 'no JSON'].map((reason) => ({ subject: 'broken.tar', reason }));
    const other: Report = { ...report, verdict: 'could-not-judge', unreadable };
    expect(verdictSentence(other)).toMatch(/(?<!broken\.tar.*)broken\.tar could not be (?:read|judged)/);
  });

  it('gives SARIF one result for each finding of a violation', () => {
    const findings = report.subjects.flatMap(({ outcomes }) =>
      outcomes
        .filter(({ status }) => ['fail', 'warn', 'known'].includes(status))
        .flatMap((outcome) => outcome.findings),
    );
    const { runs } = JSON.parse(renderSarif(report));
    expect(runs.flatMap((run: { results: readonly unknown[] }) => run.results)).toHaveLength(findings.length);
  });
});
