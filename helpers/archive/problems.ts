import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';
import { MAX_ALL_PROBLEMS, MAX_PROBLEMS } from './limits.ts';
import type { Problem, ProblemKind } from './model.ts';

export type ReportDamage = (kind: ProblemKind, where: Locator, expected: Json, actual: Json) => void;

export interface ProblemList {
  readonly report: ReportDamage;
  readonly problems: Problem[];
}

/** Collects problems, at most `MAX_PROBLEMS` of a kind for one member, so that damage cannot fill the memory. */
export function createProblemList(): ProblemList {
  const problems: Problem[] = [];
  const counts = new Map<string, number>();
  return {
    problems,
    report(kind, where, expected, actual) {
      const key = `${kind} ${where.member ?? ''}`;
      const count = counts.get(key) ?? 0;
      counts.set(key, count + 1);
      if (count < MAX_PROBLEMS && problems.length < MAX_ALL_PROBLEMS)
        problems.push({ kind, where, expected, actual });
    },
  };
}
