import { describe, expect, test } from 'vitest';
import { catcherOf, judgeReplay } from '../../../helpers/proof/mutants/corpus/replay.ts';
import { CORPUS } from '../../../helpers/proof/mutants/corpus.ts';

const ROWS = Object.entries(CORPUS).map(([id, row]) => ({ id, ...row }));
const REPLAYS = ROWS.flatMap(({ id, symptom, state, replays }) =>
  replays.map((replay) => ({ id, symptom, state, replay, by: replay.by, catcher: catcherOf(replay) })),
);

describe('the corpus', () => {
  test('has a row for each of R1 to R83', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(Array.from({ length: 83 }, (_, index) => `R${index + 1}`));
  });

  test.each(ROWS.filter(({ state }) => state === 'unseen'))(
    '$id says why no archive shows it: $symptom',
    ({ reason }) => {
      expect(reason).toMatch(
        /^(?:the build ends with an error|the archive is right|the engine crashes|docker save ends)/,
      );
    },
  );

  test('counts a row as caught only by what a command judges, and says why the others are open', () => {
    const caught = REPLAYS.filter(({ state }) => state === 'caught');
    const reached = ['requirement', 'expectation', 'fact'];
    expect(caught.filter(({ by }) => !reached.includes(by)).map(({ id }) => id)).toEqual([]);
    const open = ROWS.filter(({ state }) => state === 'open');
    expect(open.map(({ id }) => id).join(' ')).toBe(
      'R22 R32 R38 R40 R43 R44 R45 R47 R48 R53 R63 R64 R75 R81',
    );
    for (const { reason } of open) expect(reason).toMatch(/no command judges by that$/);
  });
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
