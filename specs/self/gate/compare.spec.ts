import { describe, expect, test } from 'vitest';
import { type CompareOptions, compare } from '../../../helpers/gate/gate.ts';
import type { GateReport } from '../../../helpers/report/gate-model.ts';
import type { Status } from '../../../helpers/requirements/outcome.ts';
import { outcomeOf, type ReportSample, reportOf } from './samples.ts';

const OPTIONS: CompareOptions = { today: '2026-11-23', command: 'npm run gate' };

function gateOf(
  before: ReportSample,
  after: ReportSample,
  options: Partial<CompareOptions> = {},
): GateReport {
  return compare(
    { name: 'A', report: reportOf(before) },
    { name: 'B', report: reportOf(after) },
    { ...OPTIONS, ...options },
  );
}

const subjectsWith = (status: Status) => ({ subjects: { 'buildx/docker-save': { 'a.claim': status } } });
const counts = ({ broken, changed, fixed, notJudged }: GateReport) => ({
  broken: broken.length,
  changed: changed.length,
  fixed: fixed.length,
  notJudged: notJudged.length,
});
const NOTHING = { broken: 0, changed: 0, fixed: 0, notJudged: 0 };

describe('a requirement', () => {
  test.each<[Status, Status, Partial<typeof NOTHING>, GateReport['verdict']]>([
    ['pass', 'pass', {}, 'go'],
    ['pass', 'fail', { broken: 1 }, 'no-go'],
    ['warn', 'fail', { broken: 1 }, 'no-go'],
    ['known', 'fail', { broken: 1 }, 'no-go'],
    ['not-applicable', 'fail', { broken: 1 }, 'no-go'],
    ['pass', 'known', { broken: 1 }, 'go'],
    ['pass', 'warn', { changed: 1 }, 'go'],
    ['fail', 'pass', { fixed: 1 }, 'go'],
    ['known', 'fixed', { fixed: 1 }, 'go'],
    ['fail', 'fail', {}, 'go'],
    ['fail', 'known', {}, 'go'],
    ['pass', 'not-applicable', {}, 'go'],
    ['not-applicable', 'pass', {}, 'go'],
    ['fail', 'not-applicable', { changed: 1 }, 'go'],
    ['pass', 'error', { notJudged: 1 }, 'could-not-judge'],
    ['error', 'pass', { notJudged: 1 }, 'could-not-judge'],
  ])('from %s to %s', (before, after, expected, verdict) => {
    const gate = gateOf(subjectsWith(before), subjectsWith(after));
    expect(counts(gate)).toEqual({ ...NOTHING, ...expected });
    expect(gate.verdict).toBe(verdict);
  });

  test('that breaks carries its message, consequence and advice', () => {
    const [item] = gateOf(subjectsWith('pass'), subjectsWith('fail')).broken;
    expect(item).toMatchObject({
      id: 'a.claim',
      title: 'a.claim holds',
      subject: 'buildx/docker-save',
      before: 'pass',
      after: 'fail',
      message: 'a.claim does not hold.',
      consequence: 'Somebody breaks.',
    });
    expect(item?.advice).toContain('npm run explain -- a.claim');
  });

  test('that is fixed carries words for a fix', () => {
    const [item] = gateOf(subjectsWith('fail'), subjectsWith('pass')).fixed;
    expect(item?.consequence).toBe('Until now: Somebody breaks.');
    expect(item?.advice).not.toMatch(/stay on the baseline|gate\.json/);
  });

  test('that is fixed tells its violation as one of the baseline', () => {
    const [item] = gateOf(subjectsWith('fail'), subjectsWith('pass')).fixed;
    expect(item?.message).toBe('On the baseline: a.claim does not hold.');
  });

  test('that has no occasion any more asks for nothing', () => {
    for (const status of ['not-applicable', 'unsupported'] as const) {
      const other = { subjects: { 'buildx/docker-save': { 'a.claim': status, 'b.claim': 'pass' as const } } };
      const [item] = gateOf(subjectsWith('known'), other).changed;
      expect(item).toMatchObject({
        consequence: 'Until now: Somebody breaks.',
        message: 'On the baseline: a.claim does not hold.',
      });
      expect(item?.advice).toMatch(/^Nothing to do/);
    }
  });

  test('that the register knows names the deviation once', () => {
    const outcome = { ...outcomeOf('a.claim', 'known'), reason: 'Known deviation a-known-one: Because.' };
    const after = { subjects: { 'buildx/docker-save': { 'a.claim': outcome } } };
    expect(gateOf(subjectsWith('pass'), after).broken[0]?.allowed).toEqual({
      by: 'deviation a-known-one',
      reason: 'Because.',
    });
  });

  test('that did not apply, and has a known violation now, is an observation that the register allows', () => {
    const gate = gateOf(subjectsWith('not-applicable'), subjectsWith('known'));
    expect(gate.broken).toEqual([]);
    expect(gate.changed).toMatchObject([{ id: 'a.claim', allowed: { by: 'deviation a-known-one' } }]);
  });

  test('that breaks in a known way is listed, and allowed by the register', () => {
    const [item] = gateOf(subjectsWith('pass'), subjectsWith('known')).broken;
    expect(item?.allowed).toEqual({ by: 'deviation a-known-one', reason: 'Because.' });
  });
});

describe('subjects', () => {
  const broken = (engine: string, status: Status) => ({
    engine,
    subjects: {
      'buildx/docker-save': { 'a.claim': status },
      'classic-api/docker-save': { 'a.claim': status },
    },
  });

  test('are paired by builder, saver and step, whatever the engines are called', () => {
    const gate = gateOf(broken('docker-20.10', 'pass'), broken('docker-28', 'pass'));
    expect(counts(gate)).toEqual(NOTHING);
    expect(gate.unchanged).toEqual({ requirements: 2, observations: 0 });
  });

  test('that share a change are told once', () => {
    const [item, ...others] = gateOf(broken('docker-20.10', 'pass'), broken('docker-28', 'fail')).broken;
    expect(others).toEqual([]);
    expect(item?.subjects).toEqual(['buildx/docker-save', 'classic-api/docker-save']);
  });

  test('that only one side has are changes', () => {
    const one = { subjects: { compile: { 'a.claim': 'pass' as const } } };
    const two = {
      subjects: {
        compile: { 'a.claim': 'pass' as const },
        'buildx/docker-save': { 'a.claim': 'fail' as const },
      },
    };
    expect(gateOf(one, two).changed).toMatchObject([{ id: 'subject.new', subject: 'buildx/docker-save' }]);
    expect(gateOf(two, one).changed).toMatchObject([{ id: 'subject.gone', subject: 'buildx/docker-save' }]);
    expect(gateOf(two, one, { strict: true }).verdict).toBe('no-go');
  });

  test('that one side lacks, and says so, are changes too', () => {
    const has = { subjects: { s: { 'a.claim': 'pass' as const }, t: { 'a.claim': 'pass' as const } } };
    const lacks = {
      subjects: { s: { 'a.claim': 'pass' as const }, t: { 'a.claim': 'unsupported' as const } },
    };
    expect(gateOf(lacks, has).changed).toMatchObject([{ id: 'subject.new', subject: 't' }]);
    expect(gateOf(has, lacks).changed).toMatchObject([{ id: 'subject.gone', subject: 't' }]);
  });

  test('none of which are shared could not be compared', () => {
    const gate = gateOf(
      { subjects: { compile: { 'a.claim': 'pass' } } },
      { subjects: { 'buildx/docker-save': { 'a.claim': 'pass' } } },
    );
    expect(gate.verdict).toBe('could-not-judge');
    expect(gate.notJudged[0]).toMatch(/no builder, saver or step in common/);
  });

  test.each(['not-applicable', 'unsupported'] as const)(
    'of which all is %s on both sides could not be judged',
    (status) => {
      const gate = gateOf(subjectsWith(status), subjectsWith(status));
      expect(gate.verdict).toBe('could-not-judge');
    },
  );

  test('without which a side has no results', () => {
    expect(gateOf({ subjects: {} }, {}).notJudged[0]).toBe('A has no results to compare.');
  });

  test('of an engine that only one side could provide could not be compared', () => {
    const gate = gateOf(
      { engine: 'docker-28' },
      { engine: 'docker-29', unavailable: { 'docker-28': 'Gone.' } },
    );
    expect(gate.notJudged).toEqual(['docker-28 was not available on B: Gone.']);
  });
});

describe('an observation', () => {
  const before = {
    observations: { 'observation.layout': 'docker-graphdriver-legacy', 'observation.labels': ['a'] },
  };

  test('that differs is a change with meaning and advice', () => {
    const gate = gateOf(before, {
      observations: { ...before.observations, 'observation.layout': 'docker-graphdriver-hybrid' },
    });
    expect(gate.verdict).toBe('go');
    expect(gate.unchanged?.observations).toBe(1);
    expect(gate.changed).toMatchObject([
      { id: 'observation.layout', before: 'docker-graphdriver-legacy', after: 'docker-graphdriver-hybrid' },
    ]);
    expect(gate.changed[0]?.consequence).not.toBe('');
    expect(gate.changed[0]?.advice).not.toBe('');
  });

  test('that only the candidate has is a change', () => {
    const gate = gateOf({}, { observations: { 'observation.unknown-members': ['signatures.json'] } });
    expect(gate.changed).toMatchObject([{ id: 'observation.unknown-members', after: ['signatures.json'] }]);
    expect(gate.changed[0]).not.toHaveProperty('before');
  });

  test('is the same whatever the order of its keys', () => {
    const gate = gateOf({ observations: { f: { a: 1, b: 2 } } }, { observations: { f: { b: 2, a: 1 } } });
    expect(counts(gate)).toEqual(NOTHING);
  });

  test('that changes is a no-go where changes must be allowed', () => {
    const after = { observations: { ...before.observations, 'observation.labels': [] } };
    expect(gateOf(before, after, { strict: true }).verdict).toBe('no-go');
    const allowances = [{ id: 'observation.labels', by: '--allow' }];
    expect(gateOf(before, after, { strict: true, allowances }).verdict).toBe('go');
  });
});

describe('an allowance', () => {
  const breaks = [subjectsWith('pass'), subjectsWith('fail')] as const;
  const allowance = { id: 'a.claim', by: 'gate.json', reason: 'Nobody reads it.' };

  test('lets a requirement break, and is shown', () => {
    const gate = gateOf(...breaks, { allowances: [allowance] });
    expect(gate.verdict).toBe('go');
    expect(gate.broken[0]?.allowed).toEqual({ by: 'gate.json', reason: 'Nobody reads it.' });
  });

  test('is for its own id only', () => {
    const gate = gateOf(...breaks, { allowances: [{ ...allowance, id: 'a.clai' }] });
    expect(gate.verdict).toBe('no-go');
    expect(gate.notes).toEqual(['gate.json allows a.clai, which neither breaks nor changes; remove it.']);
  });

  test('ends with its last day', () => {
    const lasting = { allowances: [{ ...allowance, until: '2026-11-23' }] };
    expect(gateOf(...breaks, lasting).verdict).toBe('go');
    const gate = gateOf(...breaks, { ...lasting, today: '2026-11-24' });
    expect(gate.verdict).toBe('no-go');
    expect(gate.notes?.[0]).toMatch(/until 2026-11-23; renew it/);
  });
});

test('the parts of the stack that differ are told', () => {
  const gate = gateOf(
    { stack: { version: '28.5.2', buildkit: '0.25.2', store: 'overlay2' } },
    { stack: { version: '29.7.2', store: 'overlay2', buildx: '0.36.1' } },
  );
  expect(gate.stackDifferences).toEqual([
    { part: 'version', before: '28.5.2', after: '29.7.2' },
    { part: 'buildkit', before: '0.25.2' },
    { part: 'buildx', after: '0.36.1' },
  ]);
});

test('what could not be judged does not hide what breaks', () => {
  const gate = gateOf(
    { subjects: { s: { 'a.claim': 'pass', 'b.claim': 'pass' } } },
    { subjects: { s: { 'a.claim': 'fail', 'b.claim': 'error' } } },
  );
  expect(gate.verdict).toBe('no-go');
  expect(gate.notJudged).toHaveLength(1);
});
