import { readFile } from 'node:fs/promises';
import type { Archive, Member } from '../../archive/model.ts';
import { readArchive } from '../../archive/read-archive.ts';
import type { Json } from '../../common/json.ts';
import type { SavedFile, ScenarioRecord } from './scenario-model.ts';

/** A scenario with its archives read: what requirements judge. */
export interface Played {
  readonly record: ScenarioRecord;
  readonly saves: readonly (SavedFile & { readonly archive?: Archive })[];
  /** Of the first two archives, byte by byte; empty where there are not two. */
  readonly differences: readonly TarDifference[];
}

/** One field of one member that differs between two archives. */
export interface TarDifference {
  readonly member: string;
  readonly first: Readonly<Record<string, Json>>;
  readonly second: Readonly<Record<string, Json>>;
}

export async function readPlayed(record: ScenarioRecord): Promise<Played> {
  const saves = await Promise.all(
    record.saves.map(async (save) =>
      save.file === undefined ? save : { ...save, archive: await readArchive(save.file) },
    ),
  );
  const [first, second] = saves;
  const differences = first && second ? await compareSaves(first, second) : [];
  return { record, saves, differences };
}

type Save = Played['saves'][number];

async function compareSaves(a: Save, b: Save): Promise<readonly TarDifference[]> {
  if (a.file === undefined || b.file === undefined) return [];
  const [first, second] = await Promise.all([readFile(a.file), readFile(b.file)]);
  if (first.equals(second)) return [];
  const found = [...compareMembers({ ...a, bytes: first }, { ...b, bytes: second })];
  // Equal members in other bytes: padding or the end of the tar.
  return found.length > 0
    ? found
    : [{ member: '', first: { size: first.length }, second: { size: second.length } }];
}

type Bytes = Save & { readonly bytes: Buffer };

const FIELDS = ['type', 'mode', 'uid', 'gid', 'mtime', 'uname', 'gname', 'linkname', 'size'] as const;

function* compareMembers(a: Bytes, b: Bytes): Iterable<TarDifference> {
  const others = new Map(b.archive?.members.map((member) => [member.path, member]));
  for (const member of a.archive?.members ?? []) {
    const other = others.get(member.path);
    others.delete(member.path);
    if (other === undefined) {
      yield { member: member.path, first: { present: true }, second: { present: false } };
      continue;
    }
    for (const field of FIELDS)
      if (member[field] !== other[field])
        yield { member: member.path, first: { [field]: member[field] }, second: { [field]: other[field] } };
    if (!contentOf(a.bytes, member).equals(contentOf(b.bytes, other)))
      yield { member: member.path, first: { content: 'first save' }, second: { content: 'other bytes' } };
  }
  for (const path of others.keys())
    yield { member: path, first: { present: false }, second: { present: true } };
}

function contentOf(bytes: Buffer, { dataOffset, size, type }: Member): Buffer {
  return type === 'file' ? bytes.subarray(dataOffset, dataOffset + size) : Buffer.alloc(0);
}
