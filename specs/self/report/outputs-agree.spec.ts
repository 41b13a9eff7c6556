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
        const { properties } = one as { properties?: readonly { name?: string; value?: string }[] };
        const told = properties?.find(({ name }) => name === 'status')?.value;
        const skipped = one.skipped?.[0]?.message?.split(':')[0];
        const status = STATUSES.find((each) => STATUS_WORDS[each].word === skipped);
        add(counts, one.name?.split(':')[0] ?? '', statusOf(told ?? status ?? 'pass'));
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
    for (const { id, properties } of runs[0].tool.driver.rules) {
      for (const [status, number] of Object.entries(properties.statuses))
        add(counts, id, statusOf(status), Number(number));
    }
    return counts;
  },
};

describe('outputs of one report', () => {
  const report = exampleReport({ engines: 20, requirements: 100, variants: 1 });
  const expected: Counts = {};
  for (const { outcomes } of report.subjects)
    for (const { id, status } of outcomes) add(expected, id, status);

  it.each(Object.entries(COUNTERS))('%s counts every status of every requirement alike', async (_, count) => {
    expect(await count(report)).toEqual(expected);
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
    expect(JSON.parse(renderSarif(report)).runs[0].results).toHaveLength(findings.length);
  });
});
