import { describe, expect, test } from 'vitest';
import { isSameValue } from '../../../../helpers/gate/compare-observations.ts';
import { adviceOf } from '../../../../helpers/gate/observations/advice.ts';
import { PROCEDURE_OBSERVATIONS } from '../../../../helpers/gate/observations/flow.ts';
import { OBSERVATIONS, type ObservationId } from '../../../../helpers/gate/observations/observations.ts';
import { readEvidence, readObservations } from '../../../../helpers/gate/observations/read-observations.ts';
import type { Observation } from '../../../../helpers/report/report-model.ts';
import { DIFFERENCES } from './differences.ts';
import { readSample, SAMPLE } from './sample-archive.ts';

describe('every observation', () => {
  test('has an id of its own, a title, and advice in sentences', () => {
    expect(new Set(OBSERVATIONS.map(({ id }) => id)).size).toBe(OBSERVATIONS.length);
    const told = Object.entries(PROCEDURE_OBSERVATIONS).map(([id, { title, ...advice }]) => ({
      id,
      title,
      advice,
    }));
    for (const { id, title, advice } of [...OBSERVATIONS, ...told]) {
      expect(id).toMatch(/^(observation|flow|passage)\.[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(title.length).toBeLessThanOrEqual(90);
      expect(advice.means).toMatch(/^[A-Z].*\.$/);
      expect(advice.do).toMatch(/^[A-Z].*\.$/);
    }
  });

  test.each(Object.entries(DIFFERENCES))('%s differs where just that differs', async (id, difference) => {
    const before = readObservations(await readSample({ ...SAMPLE, ...difference.from }), 'x');
    const after = readObservations(await readSample({ ...SAMPLE, ...difference.to }), 'x');
    expect(differing(before, after)).toEqual([id, ...(difference.company ?? [])].sort());
  });

  test('is the same on an archive read twice', async () => {
    const [first, second] = [await readSample(SAMPLE), await readSample(SAMPLE)];
    expect(readObservations(first)).toEqual(readObservations(second));
  });

  test('that raises an alarm is silent on the sample', async () => {
    const alarms = new Set(OBSERVATIONS.filter(({ alarm }) => alarm).map(({ id }) => id));
    expect(alarms.size).toBeGreaterThanOrEqual(3);
    const read = readObservations(await readSample(SAMPLE));
    expect(read.filter(({ id }) => alarms.has(id as ObservationId)).map(({ value }) => value)).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('what an engine reports as image ID', () => {
  test.each([
    ['config digest', 'config'],
    ['manifest digest', 'manifest'],
    ['index digest', 'index'],
    ['something not in the archive', 'none'],
  ])('is told as %s', async (meaning, part) => {
    const archive = await readSample({ ...SAMPLE, nested: true });
    const image = archive.ociImages[0];
    const ids: Readonly<Record<string, string | undefined>> = {
      config: image?.config?.digest,
      manifest: image?.manifest?.digest,
      index: image?.path[0],
      none: 'sha256:0',
    };
    const observations = readEvidence({ archive, imageId: ids[part] ?? '' }, 'x');
    expect(observations).toContainEqual({ id: 'observation.image-id', subject: 'x', value: meaning });
  });

  test('is not told without an archive', () => {
    expect(readEvidence({ imageId: 'sha256:0' }, 'x')).toEqual([]);
  });
});

test('whether saves repeat is read from the evidence', () => {
  expect(readEvidence({ savedTwice: 'different' }, 'x')).toEqual([
    { id: 'observation.save-repeats', subject: 'x', value: 'different' },
  ]);
});

test('an observation that this suite does not know has advice all the same', () => {
  expect(adviceOf('observation.of-tomorrow').means).toMatch(/does not know/);
});

function differing(before: readonly Observation[], after: readonly Observation[]): readonly string[] {
  const [a, b] = [before, after].map(
    (observations) => new Map(observations.map(({ id, value }) => [id, value])),
  );
  const ids = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  return [...ids].filter((id) => !isSameValue(a?.get(id), b?.get(id))).sort();
}
