import type { GateItem } from '../report/gate-model.ts';

/** Joins items that differ in their subject only, so that what five builders share is read once. */
export function groupItems(items: readonly GateItem[]): readonly GateItem[] {
  const groups = new Map<string, GateItem[]>();
  for (const item of items) {
    const { subject: _, message: __, ...rest } = item;
    const key = JSON.stringify(rest);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const subjects = [first, ...others].map(({ subject }) => subject);
    return [{ ...first, subject: subjects.join(', '), subjects }];
  });
}
