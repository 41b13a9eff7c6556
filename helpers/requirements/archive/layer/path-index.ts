import type { EntryList } from '../../../archive/model.ts';
import { normalisePath } from '../../../archive/normalise-path.ts';
import type { EntryType } from '../../../archive/tar/entry.ts';

/** Which entry has a path, over all entries of a layer. Paths are normalised. */
export interface PathIndex {
  /** Type of the last entry that was set for this path. */
  get(path: string): EntryType | undefined;
  has(path: string): boolean;
  /** Position of the last entry that was set for this path. */
  positionOf(path: string): number | undefined;
  set(path: string, position: number): void;
  /** Sets the entry unless one has its path already; `hash` is of the path, by `hashOf`. */
  addNew(hash: number, path: () => string, position: number): boolean;
}

/** Drawn anew by each process, so that nobody can prepare a layer of paths that meet in one place. */
const HASH_START = Math.floor(Math.random() * 2 ** 32) | 0;
const FACTOR = (Math.floor(Math.random() * 2 ** 32) | 0x10001) & ~2;

/** Takes one more character into a hash. */
export function hashStep(hash: number, character: number): number {
  const mixed = Math.imul(hash ^ character, FACTOR);
  return mixed ^ (mixed >>> 15);
}

/**
 * A hash table of integers: an entry costs some bytes, where a `Map` of a million strings costs more than a hundred
 * megabytes and a second. A path is read again only where hashes are equal.
 */
export function createPathIndex(entries: EntryList): PathIndex {
  let capacity = 64;
  while (capacity < entries.length * 2) capacity *= 2;
  /** Pairs: hash, and position plus one; 0 is free. */
  const slots = new Int32Array(capacity * 2);

  /** The slot of this path, or the free one where it belongs. */
  function slotOf(hash: number, path: () => string): number {
    for (let slot = hash & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const found = slots[slot * 2 + 1] ?? 0;
      if (found === 0) return slot;
      if (slots[slot * 2] === hash && pathAt(found - 1) === path()) return slot;
    }
  }

  const pathAt = (position: number) => normalisePath(entries.at(position)?.path ?? '');

  function positionOf(path: string): number | undefined {
    const found = slots[slotOf(hashOf(path), () => path) * 2 + 1] ?? 0;
    return found === 0 ? undefined : found - 1;
  }

  function put(slot: number, hash: number, position: number): void {
    slots[slot * 2] = hash;
    slots[slot * 2 + 1] = position + 1;
  }

  return {
    get(path) {
      const position = positionOf(path);
      return position === undefined ? undefined : entries.at(position)?.type;
    },
    has: (path) => positionOf(path) !== undefined,
    positionOf,
    set(path, position) {
      const hash = hashOf(path);
      put(
        slotOf(hash, () => path),
        hash,
        position,
      );
    },
    addNew(hash, path, position) {
      const slot = slotOf(hash, path);
      if (slots[slot * 2 + 1] !== 0) return false;
      put(slot, hash, position);
      return true;
    },
  };
}

export function hashOf(path: string): number {
  let hash = HASH_START;
  for (let at = 0; at < path.length; at++) hash = hashStep(hash, path.charCodeAt(at));
  return hash;
}
