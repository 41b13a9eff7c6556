import { describe, expect, test } from 'vitest';
import {
  applyDeviations,
  type Circumstances,
  type Deviation,
} from '../../../../helpers/requirements/deviations/apply.ts';
import type { Outcome } from '../../../../helpers/requirements/outcome.ts';
import { findingAt, ON_DOCKER_29, outcomeOf, SAMPLE } from './samples.ts';

const LAYER = findingAt(`blobs/sha256/${'a'.repeat(64)}`, '0666');
const INDEX = findingAt('index.json', '0666');

function apply(
  outcome: Outcome,
  circumstances: Circumstances = ON_DOCKER_29,
  deviation: Deviation = SAMPLE,
  today = '2026-11-23',
): Outcome | undefined {
  return applyDeviations([outcome], circumstances, [deviation], today)[0];
}

describe('a violation that the register describes', () => {
  test.each(['fail', 'warn'] as const)('turns from %s to known and names the entry', (status) => {
    const outcome = apply(outcomeOf(status, [LAYER]));
    expect(outcome).toMatchObject({ status: 'known', deviation: SAMPLE.id });
    expect(outcome?.reason).toContain(SAMPLE.link);
    expect(outcome?.findings[0]).toMatchObject({ deviation: SAMPLE.id, message: LAYER.message });
  });

  test('does not hide another violation of the same requirement', () => {
    const outcome = apply(outcomeOf('fail', [LAYER, INDEX]));
    expect(outcome?.status).toBe('fail');
    expect(outcome?.deviation).toBeUndefined();
    expect(outcome?.findings.map(({ deviation }) => deviation)).toEqual([SAMPLE.id, undefined]);
  });

  test('does not hide violations that were counted but not kept', () => {
    expect(apply({ ...outcomeOf('fail', [LAYER]), omitted: 3 })?.status).toBe('fail');
  });

  test.each<[string, Circumstances]>([
    ['an older version', { ...ON_DOCKER_29, versions: { docker: '29.5.3' } }],
    ['another producer', { ...ON_DOCKER_29, versions: { podman: '29.7.2' } }],
    ['another store', { ...ON_DOCKER_29, store: 'containerd' }],
    ['no known version', { versions: {} }],
  ])('still fails with %s', (_, circumstances) => {
    expect(apply(outcomeOf('fail', [LAYER]), circumstances)?.status).toBe('fail');
  });

  test('still fails with another builder or saver than the conditions name', () => {
    const deviation = {
      ...SAMPLE,
      producer: { ...SAMPLE.producer, builders: ['classic-api'], savers: ['docker-save'] },
    };
    const fitting = { ...ON_DOCKER_29, builder: 'classic-api', saver: 'docker-save' };
    expect(apply(outcomeOf('fail', [LAYER]), fitting, deviation)?.status).toBe('known');
    for (const other of [{ builder: 'buildx' }, { saver: 'buildx-oci' }])
      expect(apply(outcomeOf('fail', [LAYER]), { ...fitting, ...other }, deviation)?.status).toBe('fail');
  });

  test.each(['unknown', ''])(
    'is neither known nor new where its producer tells the version %j',
    (version) => {
      const untold = { ...ON_DOCKER_29, versions: { docker: version } };
      const outcome = apply(outcomeOf('fail', [LAYER]), untold);
      expect(outcome).toMatchObject({ status: 'error', findings: [LAYER] });
      expect(outcome?.reason).toMatch(
        new RegExp(`^Whether this is the known deviation ${SAMPLE.id} cannot be told: the version of docker`),
      );
      expect(apply(outcomeOf('fail', [LAYER, INDEX]), untold)?.status).toBe('fail');
      expect(apply(outcomeOf('warn', [LAYER]), untold)?.status).toBe('warn');
      expect(apply(outcomeOf('pass'), untold)?.status).toBe('pass');
      expect(apply(outcomeOf('fail', [LAYER]), untold, SAMPLE, '2027-03-01')?.status).toBe('fail');
    },
  );

  test('is waived where a condition is not known', () => {
    const { store: _, ...unknownStore } = ON_DOCKER_29;
    expect(apply(outcomeOf('fail', [LAYER]), unknownStore)?.status).toBe('known');
  });

  test('matches the whole value, not a part of it', () => {
    expect(apply(outcomeOf('fail', [findingAt(LAYER.where.member ?? '', '06660')]))?.status).toBe('fail');
  });

  test('fails again after its review date, and says so', () => {
    expect(apply(outcomeOf('fail', [LAYER]), ON_DOCKER_29, SAMPLE, SAMPLE.reviewBy)?.status).toBe('known');
    const late = apply(outcomeOf('fail', [LAYER]), ON_DOCKER_29, SAMPLE, '2027-02-02');
    expect(late?.status).toBe('fail');
    expect(late?.reason).toMatch(/due for review on 2027-02-01/);
  });

  test('leaves other requirements alone', () => {
    expect(apply({ ...outcomeOf('fail', [LAYER]), id: 'other.claim' })?.status).toBe('fail');
  });
});

describe('a deviation that no longer occurs', () => {
  test('is reported as fixed', () => {
    const outcome = apply(outcomeOf('pass'));
    expect(outcome).toMatchObject({ status: 'fixed', deviation: SAMPLE.id });
    expect(outcome?.reason).toMatch(/no longer occurs/);
  });

  test('is not reported where a condition is not known', () => {
    const { store: _, ...unknownStore } = ON_DOCKER_29;
    expect(apply(outcomeOf('pass'), unknownStore)?.status).toBe('pass');
  });

  test('is reported only in a scenario that is certain to show it', () => {
    const deviation = { ...SAMPLE, shownBy: ['repeated-layer'] };
    expect(apply(outcomeOf('pass'), ON_DOCKER_29, deviation)?.status).toBe('pass');
    const hello = { ...ON_DOCKER_29, scenario: 'hello' };
    expect(apply(outcomeOf('pass'), hello, deviation)?.status).toBe('pass');
    const repeated = { ...ON_DOCKER_29, scenario: 'repeated-layer' };
    expect(apply(outcomeOf('pass'), repeated, deviation)?.status).toBe('fixed');
  });

  test.each(['not-applicable', 'unsupported', 'error'] as const)('does not change %s', (status) => {
    expect(apply(outcomeOf(status))?.status).toBe(status);
  });
});
