import { describe, expect, test } from 'vitest';
import { renderMatrixTable } from '../../../helpers/report/matrix-table.ts';
import { mergeReports } from '../../../helpers/report/merge-reports.ts';
import type { Verdict } from '../../../helpers/report/report-model.ts';
import { parseShard, shardOf } from '../../../helpers/runner/matrix/plan.ts';
import { reportOf } from '../gate/samples.ts';

const RUN = { command: 'npm run matrix', startedAt: '2026-11-23T06:00:00.000Z', durationMs: 2 };

describe('reports of several engines', () => {
  test('become one, ordered by name and number', () => {
    const merged = mergeReports(
      ['podman-5.8', 'docker-28', 'docker-20', 'docker-9'].map((engine) => reportOf({ engine })),
      RUN,
    );
    expect(merged.kind).toBe('matrix');
    expect(merged.engines.map(({ name }) => name)).toEqual([
      'docker-9',
      'docker-20',
      'docker-28',
      'podman-5.8',
    ]);
    expect(merged.subjects).toHaveLength(4);
    expect(merged.requirements).toHaveLength(1);
  });

  test.each<[Verdict[], Verdict]>([
    [['conforms', 'conforms'], 'conforms'],
    [['conforms', 'could-not-judge'], 'could-not-judge'],
    [['could-not-judge', 'does-not-conform'], 'does-not-conform'],
  ])('of verdicts %j are %s', (verdicts, expected) => {
    const reports = verdicts.map((verdict, position) => ({
      ...reportOf({ engine: `docker-${position}` }),
      verdict,
    }));
    expect(mergeReports(reports, RUN).verdict).toBe(expected);
  });

  test('take an engine that one shard lacked from the one that had it', () => {
    const without = reportOf({ engine: 'docker-26', unavailable: { 'docker-28': 'No root.' } });
    const { engines } = mergeReports([without, reportOf({ engine: 'docker-28' })], RUN);
    expect(engines.filter(({ name }) => name === 'docker-28')).toMatchObject([{ available: true }]);
  });

  test('with no engine at all judged nothing', () => {
    const empty = reportOf({ subjects: {}, unavailable: { 'docker-28': 'No root.' } });
    expect(mergeReports([{ ...empty, verdict: 'conforms' }], RUN).verdict).toBe('could-not-judge');
  });
});

describe('a shard', () => {
  test.each([
    ['1/3', { index: 1, count: 3 }],
    ['3/3', { index: 3, count: 3 }],
  ])('%s is read', (text, shard) => expect(parseShard(text)).toEqual(shard));

  test.each(['0/3', '4/3', '1', '1/0', 'a/b', '-1/2'])('%s is refused', (text) => {
    expect(parseShard(text)).toMatch(/cannot be read; write the second of three as 2\/3/);
  });

  test('has every engine in exactly one of its parts', () => {
    const engines = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const parts = [1, 2, 3].map((index) => shardOf(engines, { index, count: 3 }));
    expect(parts.flat().toSorted()).toEqual(engines);
    for (const part of parts) expect(part.length).toBeGreaterThan(0);
  });
});

test('the table names each engine, what fails there and why, and what could not be had', () => {
  const failing = reportOf({
    engine: 'docker-28',
    subjects: { s: { 'a.claim': 'fail', 'b.claim': 'pass' } },
  });
  const passing = reportOf({ engine: 'docker-26', unavailable: { 'docker-99': 'It is not made yet.' } });
  const text = renderMatrixTable(mergeReports([{ ...failing, verdict: 'does-not-conform' }, passing], RUN));
  expect(text).toMatch(/docker-99 +unavailable: It is not made yet\./);
  expect(text).toMatch(/a\.claim +(✓ +)?✗/);
  expect(text).toContain('a.claim does not hold.');
  expect(text).toMatch(/Does not conform/);
});
