import { readArchiveBytes } from '../../archive/read-archive.ts';
import { effectsOf, type MeasuredEffect } from '../../consumers/describe-receptions.ts';
import type { MeasuredArchive, ReceptionTable } from '../../consumers/receptions.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../requirements/check.ts';
import type { Level } from '../../requirements/define.ts';
import type { ReceptionSubject } from './subjects.ts';

/** Where the verdict of the rules and what the consumers do differ. */
export interface Differences {
  /** Archives that fail although every consumer that takes their control takes them, and loses nothing. */
  readonly failsAlone: readonly Difference[];
  /** Archives that do not fail although some consumer refuses them, or loses something of them. */
  readonly passesAlone: readonly Difference[];
}

export interface Difference {
  readonly archive: MeasuredArchive;
  /** Requirements that are broken and make the archive fail. */
  readonly failing: readonly { readonly id: string; readonly level: Level }[];
  readonly effects: readonly MeasuredEffect[];
}

const LEVELS = new Map<string, Level>(ARCHIVE_REQUIREMENTS.map(({ id, level }) => [id, level]));

/** Judges every measured archive and puts the verdict beside the receptions. */
export async function findDifferences(
  table: ReceptionTable,
  subjects: readonly ReceptionSubject[],
): Promise<Differences> {
  const byId = new Map(subjects.map((subject) => [subject.id, subject]));
  const current = withControls(table, byId);
  const failsAlone: Difference[] = [];
  const passesAlone: Difference[] = [];
  for (const archive of table.archives) {
    const subject = byId.get(archive.id);
    const effects = effectsOf(current, archive.id);
    if (!subject || subject.kind === 'golden' || effects.length === 0) continue;
    const bytes = await subject.bytes();
    const outcomes = checkArchive(await readArchiveBytes(bytes), ARCHIVE_REQUIREMENTS);
    const failing = outcomes
      .filter(({ status }) => status === 'fail')
      .map(({ id }) => ({ id, level: LEVELS.get(id) ?? 'must' }));
    const isTakenByAll = effects.every(({ effect }) => effect === 'takes');
    if (failing.length > 0 && isTakenByAll) failsAlone.push({ archive, failing, effects });
    if (failing.length === 0 && !isTakenByAll) passesAlone.push({ archive, failing, effects });
  }
  return { failsAlone, passesAlone };
}

/** A control may have been given to an archive since it was measured. */
function withControls(table: ReceptionTable, byId: ReadonlyMap<string, ReceptionSubject>): ReceptionTable {
  const archives = table.archives.map((archive) => {
    const control = byId.get(archive.id)?.control;
    return control === undefined ? archive : { ...archive, control };
  });
  return { ...table, archives };
}
