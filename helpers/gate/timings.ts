import type { Timing } from '../report/gate-model.ts';
import type { SubjectReport } from '../report/report-model.ts';
import type { Pair } from './pair.ts';

/** How long each subject took on both sides, in milliseconds: information only, no verdict rests on it. */
export function compareTimings(pairs: readonly Pair[]): readonly Timing[] {
  return pairs.flatMap(({ key, baseline, candidate }) => {
    const [before, after] = [durationOf(baseline), durationOf(candidate)];
    return before === undefined || after === undefined ? [] : [{ subject: key, before, after }];
  });
}

function durationOf(subject: SubjectReport | undefined): number | undefined {
  const durations = subject?.outcomes.flatMap(({ durationMs }) => durationMs ?? []) ?? [];
  return durations.length === 0 ? undefined : Math.round(durations.reduce((sum, ms) => sum + ms, 0));
}
