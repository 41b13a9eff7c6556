import { GATE_WEIGHTS, type GateItem } from '../report/gate-model.ts';
import { stopsLine } from './observations/flow.ts';

/**
 * What stops somebody stands first: what is not allowed before what is, the heavier before the lighter, a line that was
 * run and failed before all that may fail, and what holds in many places before what holds in few.
 */
export function heaviestFirst(items: readonly GateItem[]): readonly GateItem[] {
  return items
    .map((item) => ({ item, rank: rankOf(item) }))
    .sort((a, b) => compareRanks(a.rank, b.rank))
    .map(({ item }) => item);
}

function rankOf(item: GateItem): readonly number[] {
  const { id, weight = 'scripts', allowed, subjects = [item.subject], before, after } = item;
  return [
    GATE_WEIGHTS.indexOf(weight),
    allowed === undefined ? 0 : 1,
    id.startsWith('flow.') && stopsLine(before, after) ? 0 : 1,
    -subjects.length,
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [position, rank] of a.entries()) {
    const difference = rank - (b[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
