import type { Reception } from '../../consumers/reception.ts';
import type { MeasuredArchive, ReceptionColumn, ReceptionTable } from '../../consumers/receptions.ts';

/** Receptions that are no longer as they are stored, one line each; an archive with other bytes is not compared. */
export function compareColumn(
  table: ReceptionTable,
  rows: readonly Pick<MeasuredArchive, 'id' | 'digest'>[],
  { consumer, receptions }: ReceptionColumn,
): readonly string[] {
  const position = table.consumers.findIndex(({ name }) => name === consumer.name);
  const stored = new Map(table.archives.map((archive) => [archive.id, archive]));
  return rows.flatMap(({ id, digest }) => {
    const before = stored.get(id);
    const [then, now] = [before?.receptions[position], receptions.get(id)];
    if (!now || !then || before?.digest !== digest) return [];
    const [was, is] = [textOf(then), textOf(now)];
    return was === is ? [] : [`${consumer.name} ${id}: was ${was}, is ${is}`];
  });
}

function textOf({ status, words, lost = [], root = [], run }: Reception): string {
  const details = [words ?? [], lost, root, run ?? []].flat();
  return details.length === 0 ? status : `${status} (${details.join('; ')})`;
}
