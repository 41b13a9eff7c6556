import { normalisePath, parentOf } from '../archive/normalise-path.ts';
import type { TarEntry } from '../tar/entry.ts';
import type { ArchiveImageReport } from './model.ts';

type RootEntry = ArchiveImageReport['rootfs'][number];
type Effect = ArchiveImageReport['layers'][number]['entries'][number]['effect'];

/** Entries of one layer that are looked at; more would cost time and show nothing more to people. */
const MAX_READ = 20_000;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** The root that grows as layers are put on top of one another (image-spec, layer.md, "Applying Changesets"). */
export interface Root {
  /** Puts a layer on top, and tells what each of its entries does to what lies below. */
  apply(
    entries: Iterable<TarEntry>,
    layer: number,
  ): readonly { readonly entry: TarEntry; readonly effect: Effect }[];
  /** What is visible now, sorted by path. */
  entries(limit: number): readonly RootEntry[];
}

export function createRoot(): Root {
  const visible = new Map<string, RootEntry>();
  /** Paths by folder, so that hiding a folder touches only what is in it. */
  const children = new Map<string, Set<string>>();

  const remove = (path: string) => {
    const stack = [path];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      visible.delete(next);
      stack.push(...(children.get(next) ?? []));
      children.delete(next);
    }
    children.get(parentOf(path))?.delete(path);
  };
  const add = (path: string, entry: RootEntry) => {
    if (visible.get(path)?.type === 'directory' && entry.type !== 'directory') remove(path);
    visible.set(path, entry);
    const folder = parentOf(path);
    children.set(folder, (children.get(folder) ?? new Set()).add(path));
  };

  return {
    apply(entries, layer) {
      const read = first(entries, MAX_READ).map((entry) => ({ entry, path: normalisePath(entry.path) }));
      // Whiteouts hide only what lies below their own layer, so they come first.
      const below = new Set<string>();
      for (const { path } of read) if (visible.has(path)) below.add(path);
      for (const { path } of read) {
        const name = path.slice(path.lastIndexOf('/') + 1);
        const folder = parentOf(path);
        if (name === OPAQUE) for (const child of [...(children.get(folder) ?? [])]) remove(child);
        else if (name.startsWith(WHITEOUT))
          remove(folder === '' ? name.slice(4) : `${folder}/${name.slice(4)}`);
      }
      const here = new Set<string>();
      return read.map(({ entry, path }) => {
        if (path.slice(path.lastIndexOf('/') + 1).startsWith(WHITEOUT)) return { entry, effect: 'hides' };
        const effect = here.has(path) ? 'repeats' : below.has(path) ? 'replaces' : 'adds';
        here.add(path);
        if (path !== '' && entry.type !== 'pax-global') {
          add(path, { path, type: entry.type, mode: entry.mode, size: entry.size, layer });
        }
        return { entry, effect };
      });
    },
    entries(limit) {
      return [...visible.values()].sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, limit);
    },
  };
}

function first<Item>(items: Iterable<Item>, limit: number): readonly Item[] {
  const result: Item[] = [];
  for (const item of items) {
    if (result.length >= limit) break;
    result.push(item);
  }
  return result;
}
