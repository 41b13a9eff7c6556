import { describe, expect, test } from 'vitest';
import { catcherOf, judgeReplay } from '../../../helpers/proof/mutants/corpus/replay.ts';
import { CORPUS } from '../../../helpers/proof/mutants/corpus.ts';

const ROWS = Object.entries(CORPUS).map(([id, row]) => ({ id, ...row }));
const REPLAYS = ROWS.flatMap(({ id, symptom, replays }) =>
  replays.map((replay) => ({ id, symptom, replay, by: replay.by, catcher: catcherOf(replay) })),
);

describe('the corpus', () => {
  test('has a row for each of R1 to R83', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(Array.from({ length: 83 }, (_, index) => `R${index + 1}`));
  });

  test.each(ROWS.filter(({ replays }) => replays.length === 0))(
    '$id says why no archive shows it: $symptom',
    ({ reason }) => {
      expect(reason).toMatch(
        /^(?:the build ends with an error|the archive is right|the engine crashes|docker save ends)/,
      );
    },
  );
});

describe.each(REPLAYS)('$id: $symptom', ({ replay, catcher }) => {
  test(`is noticed by ${catcher}, and not without the symptom`, async () => {
    const { control, noticed } = await judgeReplay(replay);
    const company = replay.by === 'requirement' ? (replay.company ?? []) : [];
    expect({ control, noticed: [...noticed].sort() }).toEqual({
      control: [],
      noticed: [catcher, ...company].sort(),
    });
  });
});
