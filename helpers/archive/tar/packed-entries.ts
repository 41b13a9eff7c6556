import type { EntryType, TarFormat } from './entry.ts';

/** Columns of `numbers`, and how many there are. */
export const NUMBER = { headerOffset: 0, size: 1, mtime: 2, uid: 3, gid: 4 } as const;
export const NUMBERS = 5;
/** Columns of `words`. `data` counts from the header; path, link and pax follow each other from `text` on. */
export const WORD = {
  data: 0,
  mode: 1,
  text: 2,
  pathLength: 3,
  linkLength: 4,
  paxLength: 5,
  uname: 6,
  gname: 7,
} as const;
export const WORDS = 8;

/** Columns of some thousand entries, made of plain buffers that a worker can transfer. */
export interface EntryChunk {
  length: number;
  numbers: Float64Array<ArrayBuffer>;
  words: Uint32Array<ArrayBuffer>;
  flags: Uint8Array<ArrayBuffer>;
  types: Uint8Array<ArrayBuffer>;
  formats: Uint8Array<ArrayBuffer>;
  text: Uint8Array<ArrayBuffer>;
}

/** Entries in a form that is small and crosses threads. */
export interface PackedEntries {
  readonly length: number;
  readonly chunks: readonly EntryChunk[];
  /** User and group names, each kept once. */
  readonly names: readonly string[];
  /** Major and minor number by position, where either is not zero. */
  readonly devices: ReadonlyMap<number, readonly [number, number]>;
}

/** By their code in `formats`. */
export const TAR_FORMATS: readonly TarFormat[] = ['v7', 'ustar', 'gnu', 'pax'];
/** By their code in `types`. */
export const TYPES: readonly EntryType[] = [
  'file',
  'hardlink',
  'symlink',
  'character-device',
  'block-device',
  'directory',
  'fifo',
  'contiguous',
  'sparse',
  'pax-global',
  'unknown',
];
