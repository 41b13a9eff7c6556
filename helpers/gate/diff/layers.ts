import type { Image, Layer } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Json } from '../../common/json.ts';

/** One thing that a layer of two builds does not have in common. */
export interface LayerDifference {
  readonly layer: number;
  readonly path?: string;
  readonly field: string;
  readonly first: Json;
  readonly second: Json;
}

interface LayerEntry {
  readonly entry: TarEntry;
  readonly digest: string;
}

/** All that a tar header and a content can differ in, by the names that people use. */
const FIELDS: readonly (readonly [string, (entry: LayerEntry) => Json])[] = [
  ['type', ({ entry }) => entry.type],
  ['content', ({ digest }) => digest],
  ['link', ({ entry }) => entry.linkname],
  ['mode', ({ entry }) => entry.mode.toString(8).padStart(4, '0')],
  ['owner', ({ entry }) => `${entry.uid}:${entry.gid}`],
  ['owner name', ({ entry }) => `${entry.uname}:${entry.gname}`],
  ['time', ({ entry }) => entry.mtime],
  ['extended records', ({ entry }) => recordsOf(entry)],
];

/** What the layers of two builds of one image do not have in common, entry by entry. Equal layers are not looked into. */
export function* diffLayers(first: Image, second: Image): Iterable<LayerDifference> {
  for (const [position, left] of first.layers.entries()) {
    const right = second.layers[position];
    if (first.diffIds[position] === second.diffIds[position] || !left.layer || !right?.layer) continue;
    let isTold = false;
    for (const difference of diffEntries(left.layer, right.layer)) {
      isTold = true;
      yield { layer: position, ...difference };
    }
    // The same entries with the same fields: padding, order of records, or what the reader does not keep.
    if (!isTold)
      yield {
        layer: position,
        field: 'bytes of the tar',
        first: first.diffIds[position] ?? '',
        second: second.diffIds[position] ?? '',
      };
  }
}

function* diffEntries(left: Layer, right: Layer): Iterable<Omit<LayerDifference, 'layer'>> {
  const [a, b] = [entriesOf(left), entriesOf(right)];
  for (const path of new Set([...a.keys(), ...b.keys()])) {
    const [one, other] = [a.get(path), b.get(path)];
    if (!one || !other) {
      yield { path, field: 'entry', first: one ? 'present' : 'absent', second: other ? 'present' : 'absent' };
      continue;
    }
    for (const [field, read] of FIELDS) {
      const [before, after] = [read(one), read(other)];
      if (before !== after) yield { path, field, first: before, second: after };
    }
  }
  const [order, otherOrder] = [[...a.keys()], [...b.keys()]];
  const moved = order.findIndex((path, position) => path !== otherOrder[position]);
  if (moved >= 0 && order.length === otherOrder.length)
    yield {
      path: order[moved] ?? '',
      field: 'order of entries',
      first: order[moved] ?? '',
      second: otherOrder[moved] ?? '',
    };
}

/** By path; of one that is there twice, the last. */
function entriesOf({ entries, contents }: Layer): ReadonlyMap<string, LayerEntry> {
  return new Map(
    [...entries].map((entry, position) => [
      normalisePath(entry.path) || '/',
      { entry, digest: contents.get(position)?.digest ?? '' },
    ]),
  );
}

function recordsOf({ pax }: TarEntry): string {
  return Object.entries(pax)
    .filter(([key]) => !['path', 'linkpath', 'mtime', 'size', 'uid', 'gid', 'uname', 'gname'].includes(key))
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(' ');
}
