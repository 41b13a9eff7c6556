import type { Json } from '../common/json.ts';
import type { GateItem } from '../report/gate-model.ts';
import { formatValue } from '../requirements/explain.ts';

/** What changed, on one line: `a → b`; of two lists only what came (`+`) and what went (`-`). */
export function describeChange({ before, after }: GateItem): string {
  if (isTextList(before) && isTextList(after)) return listChange(before, after);
  if (isTable(before) && isTable(after)) return tableChange(before, after);
  return `${describe(before)} → ${describe(after)}`;
}

function listChange(before: readonly string[], after: readonly string[]): string {
  const gone = before.filter((value) => !after.includes(value)).map((value) => `-${formatValue(value)}`);
  const come = after.filter((value) => !before.includes(value)).map((value) => `+${formatValue(value)}`);
  return [...gone, ...come].join(' ') || `${describe([...before])} → ${describe([...after])}`;
}

type Table = { readonly [key: string]: Json };

/** Entries of both sides that differ; where there are such, those of one side are counted only. */
function tableChange(before: Table, after: Table): string {
  const gone = Object.keys(before).filter((key) => after[key] === undefined);
  const come = Object.keys(after).filter((key) => before[key] === undefined);
  const changed = Object.keys(before)
    .filter((key) => after[key] !== undefined && JSON.stringify(before[key]) !== JSON.stringify(after[key]))
    .map((key) => `${formatValue(key)}: ${describe(before[key])} → ${describe(after[key])}`);
  if (changed.length > 0) {
    const others = [
      gone.length > 0 ? `${gone.length} gone` : '',
      come.length > 0 ? `${come.length} new` : '',
    ];
    return [...changed, ...others.filter((part) => part !== '')].join('; ');
  }
  return [
    ...gone.map((key) => `-${formatValue(key)} (${describe(before[key])})`),
    ...come.map((key) => `+${formatValue(key)} (${describe(after[key])})`),
  ].join('; ');
}

function describe(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  return value === '' ? '""' : formatValue(value);
}

function isTextList(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isTable(value: Json | undefined): value is Table {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
