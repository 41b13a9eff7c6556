import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fromHere, recipeFile } from '../report/findings.ts';
import type { GateItem, GateReport } from '../report/gate-model.ts';
import { describeChange } from './describe.ts';
import { allowanceOrAdvice, placeOf } from './weighed.ts';

/** `error` stops the upgrade. */
export type GateLevel = 'error' | 'warning' | 'note';

/** What an upgrade breaks or changes, as code scanners take it. */
export interface GateFinding {
  readonly item: GateItem;
  readonly level: GateLevel;
  readonly text: string;
  /** Of id and place: the same change has the same one in the next run. */
  readonly fingerprint: string;
}

export interface GateScanOptions {
  /** Whether a change that is not allowed stops the upgrade, as the gate was asked. */
  readonly strict: boolean;
}

/** What is fixed is no finding. */
export function gateFindings(
  { broken, changed }: GateReport,
  { strict }: GateScanOptions,
): readonly GateFinding[] {
  const times = new Map<string, number>();
  const fingerprint = ({ id, subject }: GateItem): string => {
    const hash = createHash('sha256').update(`${id}\n${subject}`).digest('hex').slice(0, 16);
    times.set(hash, (times.get(hash) ?? 0) + 1);
    return `${hash}:${times.get(hash)}`;
  };
  const find = (item: GateItem, level: GateLevel): GateFinding => ({
    item,
    level: item.allowed === undefined ? level : 'note',
    text: `${item.title}, on ${placeOf(item)}: ${describeChange(item)}. ${allowanceOrAdvice(item)}`,
    fingerprint: fingerprint(item),
  });
  return [
    ...broken.map((item) => find(item, 'error')),
    ...changed.map((item) => find(item, strict ? 'error' : isHeavy(item) ? 'warning' : 'note')),
  ];
}

function isHeavy({ weight = 'scripts' }: GateItem): boolean {
  return weight === 'scripts';
}

/** The file that a reader would look into: the stored report of the candidate, or the recipe of its engine. */
export function gateFile({ candidate: { name } }: GateReport): string {
  const [file = ''] = name.split('#');
  return existsSync(file) ? fromHere(file) : recipeFile(name);
}
