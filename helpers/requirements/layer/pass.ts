import { normalisePath, parentOf } from '../../archive/normalise-path.ts';
import type { EntryType, TarEntry } from '../../tar/entry.ts';

const WHITEOUT = '.wh.';

/** What is known in the middle of a layer: the current entry's place, and everything before it. */
export interface Pass {
  /** Path, folder and last segment of the current entry, normalised. */
  path: string;
  parent: string;
  name: string;
  /** False while entries stay in one folder: what holds for the folder was looked at already. */
  isNewParent: boolean;
  /** Type of every path so far, whiteouts apart. */
  readonly seen: Map<string, EntryType>;
  /** Folders without an entry of their own so far, with the first entry below each. */
  readonly implied: Map<string, TarEntry>;
  /** Folders that have entries, whiteouts apart. */
  readonly populated: Set<string>;
  /** Paths that whiteouts remove, with the whiteout. */
  readonly removed: Map<string, TarEntry>;
  readonly symlinks: Map<string, TarEntry>;
  /** Moves to an entry; true when it is a whiteout. */
  enter(entry: TarEntry): boolean;
  /** Remembers the entry, once it was judged. */
  leave(entry: TarEntry): void;
}

export function createPass(): Pass {
  let lastParent: string | undefined;
  return {
    path: '',
    parent: '',
    name: '',
    isNewParent: true,
    seen: new Map(),
    implied: new Map(),
    populated: new Set(),
    removed: new Map(),
    symlinks: new Map(),
    enter(entry) {
      this.path = normalisePath(entry.path);
      this.parent = parentOf(this.path);
      this.isNewParent = this.parent !== lastParent;
      this.name = this.path.slice(this.parent === '' ? 0 : this.parent.length + 1);
      return this.name.startsWith(WHITEOUT);
    },
    leave(entry) {
      lastParent = this.parent;
      this.seen.set(this.path, entry.type);
      if (this.isNewParent) this.populated.add(this.parent);
      if (entry.type === 'symlink') this.symlinks.set(this.path, entry);
    },
  };
}

/** Every folder above a normalised path, the nearest first; the root is not among them. */
export function* ancestorsOf(path: string): Iterable<string> {
  for (let folder = parentOf(path); folder !== ''; folder = parentOf(folder)) yield folder;
}
