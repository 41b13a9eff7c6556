import type { Verdict } from './report-model.ts';

/** What a command ends with: `fail` and `error` are told apart by the code alone. */
export const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  conforms: 0,
  'does-not-conform': 1,
  'could-not-judge': 2,
};
