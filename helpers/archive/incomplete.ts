import type { Problem, ProblemKind } from './model.ts';

/** After these nothing more is known of the archive, wherever they are met. */
const BUDGETS: Partial<Record<ProblemKind, string>> = {
  'limit-expansion': 'it expands beyond the budget (limit.expansion)',
  'limit-entries': 'it holds more than the budget allows (limit.entries)',
  'limit-names': 'a name is longer than the budget allows (limit.names)',
  'limit-json-size': 'a JSON file is larger than the budget allows (limit.json-size)',
};

/** And after these, where they concern the archive itself: a damaged layer says nothing of the others. */
const ENDS: Partial<Record<ProblemKind, string>> = {
  'tar-truncated': 'it is cut off (tar.complete)',
  'compression-damaged': 'its compression is damaged (compression.sound)',
  'compression-unsupported': 'its compression is not known (compression.known)',
};

/** Why an archive was not read to its end, after the first problem that says so. */
export function findIncomplete(problems: readonly Problem[], isCutShort: boolean): string | undefined {
  for (const { kind, where } of problems) {
    const reason = BUDGETS[kind] ?? (where.member === undefined ? ENDS[kind] : undefined);
    if (reason !== undefined) return reason;
  }
  return isCutShort ? 'a header of it cannot be read' : undefined;
}
