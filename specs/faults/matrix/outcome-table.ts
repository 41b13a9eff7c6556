import type { Report } from '../../../helpers/report/report-model.ts';

const COUNTED = ['pass', 'not-applicable', 'unsupported'];

/** A busy host may lose the output of one run, which is reported there: no table depends on it. */
const BY_CHANCE = /\.output-heard$/;

/**
 * The outcomes of a matrix, by engine and requirement: how many subjects pass, and which do not. Text of one line for
 * each requirement.
 */
export function outcomeTable(report: Report): string {
  const { engines, subjects, verdict } = report;
  const lines = engines.flatMap(({ name }) => {
    const ids = new Map<string, Map<string, string[]>>();
    for (const subject of subjects.filter(({ engine }) => engine === name))
      for (const { id, status } of subject.outcomes.filter((outcome) => !BY_CHANCE.test(outcome.id))) {
        const statuses = ids.get(id) ?? new Map<string, string[]>();
        ids.set(id, statuses.set(status, [...(statuses.get(status) ?? []), subject.id]));
      }
    return [...ids]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, statuses]) => `${name} ${id}: ${[...statuses].toSorted().map(textOf).join('; ')}`);
  });
  return `${versionsOf(report)}\n${verdict}\n${lines.join('\n')}\n`;
}

/** Engines and their versions: other versions may have other outcomes. */
export function versionsOf({ engines }: Report): string {
  return engines.map(({ name, stack }) => `${name} ${stack?.version}`).join(', ');
}

function textOf([status, subjects]: readonly [string, readonly string[]]): string {
  if (COUNTED.includes(status)) return `${subjects.length} ${status}`;
  return `${status} ${subjects.toSorted().join(' ')}`;
}
