import type { EntryList } from '../../../archive/model.ts';
import { normalisePath, parentOf } from '../../../archive/normalise-path.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import { createPathIndex, type PathIndex } from './path-index.ts';

const WHITEOUT = '.wh.';

/** The paths of a layer, once it is read. All are normalised. */
export type LayerPaths = Pick<
  Pass,
  'seen' | 'implied' | 'parents' | 'removed' | 'opaque' | 'symlinks' | 'links' | 'nearestCover'
>;

/** Names of one file, of hard links that lead to a file of the layer. */
export interface HardLinks {
  /** By the path of a link: the path of the file at the end of the chain. */
  readonly files: Map<string, string>;
  /** By the path of the file: the last link, whose attributes all names have. */
  readonly last: Map<string, TarEntry>;
}

/** What is known in the middle of a layer: the current entry's place, and everything before it. */
export interface Pass {
  /** Path, folder and last segment of the current entry, normalised. */
  path: string;
  parent: string;
  name: string;
  /** False while entries stay in one folder: what holds for the folder was looked at already. */
  isNewParent: boolean;
  /** Type of every path so far, whiteouts apart. */
  readonly seen: PathIndex;
  /** Folder of the last entry that was remembered, normalised. */
  lastParent: string | undefined;
  /** Folders without an entry of their own so far, with the first entry below each. */
  readonly implied: Map<string, TarEntry>;
  /** Folders that have entries, whiteouts apart. */
  readonly populated: Set<string>;
  /** Every folder that entries or whiteouts lie in, with the first of them. */
  readonly parents: Map<string, TarEntry>;
  /** Paths that whiteouts remove, with the whiteout. */
  readonly removed: Map<string, TarEntry>;
  /** Those of them that had an entry, or something below, before the whiteout. */
  readonly removedLate: Set<string>;
  /** Folders with an opaque whiteout, with that. */
  readonly opaque: Map<string, TarEntry>;
  readonly symlinks: Map<string, TarEntry>;
  readonly links: HardLinks;
  /** The nearest folder at or above a path that the layer made something else when it was first looked at. */
  readonly nearestFile: (folder: string) => string | undefined;
  /** Once the layer is read: the nearest folder at or above a path that hides what lower layers have below it. */
  readonly nearestCover: (folder: string) => string | undefined;
  /** The last entry of a path so far. */
  entryAt(path: string): TarEntry | undefined;
  /** Moves to an entry; true when it is a whiteout. */
  enter(entry: TarEntry): boolean;
  /** Remembers the entry, once it was judged. */
  leave(entry: TarEntry, position: number): void;
}

export function createPass(entries: EntryList): Pass {
  const seen = createPathIndex(entries);
  const removed = new Map<string, TarEntry>();
  const opaque = new Map<string, TarEntry>();
  const isFile = (folder: string) => (seen.get(folder) ?? 'directory') !== 'directory';
  return {
    path: '',
    parent: '',
    name: '',
    isNewParent: true,
    seen,
    nearestCover: createNearest((folder) => removed.has(folder) || opaque.has(folder) || isFile(folder)),
    nearestFile: createNearest(isFile),
    lastParent: undefined,
    implied: new Map(),
    populated: new Set(),
    parents: new Map(),
    removed,
    removedLate: new Set(),
    opaque,
    symlinks: new Map(),
    links: { files: new Map(), last: new Map() },
    entryAt: (path) => entries.at(seen.positionOf(path) ?? -1),
    enter(entry) {
      this.path = normalisePath(entry.path);
      this.parent = parentOf(this.path);
      this.isNewParent = this.parent !== this.lastParent;
      if (this.isNewParent && !this.parents.has(this.parent)) this.parents.set(this.parent, entry);
      this.name = this.path.slice(this.parent === '' ? 0 : this.parent.length + 1);
      return this.name.startsWith(WHITEOUT);
    },
    leave(entry, position) {
      this.lastParent = this.parent;
      this.seen.set(this.path, position);
      if (this.isNewParent) this.populated.add(this.parent);
      if (entry.type === 'symlink') this.symlinks.set(this.path, entry);
    },
  };
}

/**
 * The nearest folder at or above a path that has a mark. A layer may hold a hundred thousand files two thousand folders
 * deep, so what is known of a folder is known for all below it.
 */
export function createNearest(isMarked: (folder: string) => boolean): (folder: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (start) => {
    const asked: string[] = [];
    let found: string | undefined;
    for (let folder = start; folder !== ''; folder = parentOf(folder)) {
      if (known.has(folder)) {
        found = known.get(folder);
        break;
      }
      asked.push(folder);
      if (isMarked(folder)) {
        found = folder;
        break;
      }
    }
    for (const folder of asked) known.set(folder, found);
    return found;
  };
}

/** Every folder above a normalised path, the nearest first; the root is not among them. */
export function* ancestorsOf(path: string): Iterable<string> {
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) yield folder;
}
