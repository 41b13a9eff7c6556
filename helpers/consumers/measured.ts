import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { describeEffects, effectsOfRequirement } from './describe-receptions.ts';
import { RECEPTIONS_FILE, type ReceptionTable, type StoredTable, tableOf } from './receptions.ts';

/**
 * What consumers do with archives that break a requirement, in one sentence out of the measured table; `undefined` where
 * none was handed over. The table is loaded when it is first needed.
 */
export async function measuredEffects(ids: Iterable<string>): Promise<ReadonlyMap<string, string>> {
  const table = await measuredTable();
  return new Map(
    [...ids].flatMap((id) => {
      const sentence = describeEffects(effectsOfRequirement(table, id));
      return sentence === undefined ? [] : [[id, sentence] as const];
    }),
  );
}

/** The table of the suite, as it was measured last. */
export async function measuredTable(): Promise<ReceptionTable> {
  const text = await readFile(join(projectFolder('fixtures/consumers'), RECEPTIONS_FILE), 'utf8');
  return tableOf(JSON.parse(text) as StoredTable);
}
