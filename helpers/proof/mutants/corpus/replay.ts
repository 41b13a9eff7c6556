import { digestOf } from '../../../archive/digest.ts';
import { readArchiveBytes } from '../../../archive/read-archive.ts';
import { DIFF_READ, diffArchives } from '../../../gate/diff/diff-archives.ts';
import { readObservations } from '../../../gate/observations/read-observations.ts';
import { checkExpectation } from '../../../requirements/expectation/check.ts';
import { together } from '../change.ts';
import { buildMutant } from '../define.ts';
import { findBroken } from '../kill.ts';
import type { Replay } from './define.ts';

/** Everything that notices an archive, besides what notices its counterpart without the symptom. */
interface ReplayVerdict {
  /** Ids of what is broken (or differs) without the symptom; must be empty. */
  readonly control: readonly string[];
  /** Ids of what is broken (or differs) with it. */
  readonly noticed: readonly string[];
}

/** The id that must notice a replay. */
export function catcherOf(replay: Replay): string {
  switch (replay.by) {
    case 'requirement':
    case 'expectation':
      return replay.requirement;
    case 'diff':
      return `diff ${replay.area}`;
    case 'observation':
      return replay.observation;
  }
}

const READ_ALL = { contents: { paths: 'all', maxFileBytes: 4096 } } as const;

/** Judges the archive with the symptom, and the same archive without it. */
export async function judgeReplay(replay: Replay): Promise<ReplayVerdict> {
  const { form, apply } = replay;
  const given = ('given' in replay ? replay.given : undefined) ?? (() => {});
  const before = { form: 'from' in replay ? (replay.from ?? form) : form, apply: given };
  const after = { form, apply: together(given, apply) };
  if (replay.by === 'requirement') {
    return {
      control: [...(await findBroken(before)).keys()],
      noticed: [...(await findBroken(after)).keys()],
    };
  }
  const [right, wrong] = [buildMutant(before), buildMutant(after)];
  const [first, second] = [await readArchiveBytes(right, READ_ALL), await readArchiveBytes(wrong, READ_ALL)];
  if (replay.by === 'expectation') {
    const { expectation } = replay;
    const failing = (archive: typeof first) =>
      checkExpectation(archive, expectation)
        .filter(({ status }) => status === 'fail' || status === 'error')
        .map(({ id }) => id);
    return { control: failing(first), noticed: failing(second) };
  }
  if (replay.by === 'diff')
    return { control: await heaviestArea(right, right), noticed: await heaviestArea(right, wrong) };
  const observationOf = (archive: typeof first) =>
    JSON.stringify(readObservations(archive, '').find(({ id }) => id === replay.observation));
  return {
    control: observationOf(first) === undefined ? [`${replay.observation} is not read`] : [],
    noticed: observationOf(first) === observationOf(second) ? [] : [replay.observation],
  };
}

/** The area that the command `diff` names first, if the two differ. */
async function heaviestArea(before: Uint8Array, after: Uint8Array): Promise<readonly string[]> {
  const read = (bytes: Uint8Array) => readArchiveBytes(bytes, DIFF_READ);
  const { differences } = diffArchives(await read(before), await read(after), [
    digestOf(before),
    digestOf(after),
  ]);
  return differences.slice(0, 1).map(({ area }) => `diff ${area}`);
}
