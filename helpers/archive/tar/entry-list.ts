import type { EntryType, TarEntry, TarFormat } from './entry.ts';
import { paxObject, typeOfFlag } from './header.ts';
import {
  type EntryChunk,
  NUMBER,
  NUMBERS,
  type PackedEntries,
  TAR_FORMATS,
  TYPES,
  WORD,
  WORDS,
} from './packed-entries.ts';
import { decodeText } from './text.ts';

interface PackedEntryList extends Iterable<TarEntry> {
  readonly length: number;
  /** The columns below, for callers that look at a million entries and cannot afford a view of each. */
  readonly packed: PackedEntries;
  at(position: number): TarEntry | undefined;
}

/** A list over packed entries. Each entry is a light view: a field is decoded when it is read, text included. */
export function entryList(packed: PackedEntries): PackedEntryList {
  const starts: number[] = [];
  let total = 0;
  for (const { length } of packed.chunks) {
    starts.push(total);
    total += length;
  }
  return {
    length: packed.length,
    packed,
    at(position) {
      if (!Number.isInteger(position) || position < 0 || position >= packed.length) return undefined;
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= position) low = middle;
        else high = middle - 1;
      }
      const chunk = packed.chunks[low];
      return chunk && new PackedEntry(packed, chunk, position - (starts[low] ?? 0), position);
    },
    *[Symbol.iterator]() {
      let position = 0;
      for (const chunk of packed.chunks) {
        for (let row = 0; row < chunk.length; row++) yield new PackedEntry(packed, chunk, row, position++);
      }
    },
  };
}

/**
 * One entry of a packed list. A class, against the habit of plain objects, because a million objects of 18 fields
 * each would cost hundreds of megabytes; `toJSON` gives the plain form.
 */
class PackedEntry implements TarEntry {
  readonly #packed: PackedEntries;
  readonly #chunk: EntryChunk;
  readonly #row: number;
  readonly #position: number;
  /** Read by almost every check. */
  #path: string | undefined;

  constructor(packed: PackedEntries, chunk: EntryChunk, row: number, position: number) {
    this.#packed = packed;
    this.#chunk = chunk;
    this.#row = row;
    this.#position = position;
  }

  #number(column: number): number {
    return this.#chunk.numbers[this.#row * NUMBERS + column] ?? 0;
  }

  #word(column: number): number {
    return this.#chunk.words[this.#row * WORDS + column] ?? 0;
  }

  #text(start: number, length: number): string {
    if (length === 0) return '';
    const { text } = this.#chunk;
    return decodeText(text, start, start + length);
  }

  get path(): string {
    this.#path ??= this.#text(this.#word(WORD.text), this.#word(WORD.pathLength));
    return this.#path;
  }
  get type(): EntryType {
    return TYPES[this.#chunk.types[this.#row] ?? 0] ?? typeOfFlag(0);
  }
  get typeflag(): string {
    return String.fromCharCode(this.#chunk.flags[this.#row] ?? 0);
  }
  get mode(): number {
    return this.#word(WORD.mode);
  }
  get uid(): number {
    return this.#number(NUMBER.uid);
  }
  get gid(): number {
    return this.#number(NUMBER.gid);
  }
  get size(): number {
    return this.#number(NUMBER.size);
  }
  get mtime(): number {
    return this.#number(NUMBER.mtime);
  }
  get uname(): string {
    return this.#packed.names[this.#word(WORD.uname)] ?? '';
  }
  get gname(): string {
    return this.#packed.names[this.#word(WORD.gname)] ?? '';
  }
  get linkname(): string {
    return this.#text(this.#word(WORD.text) + this.#word(WORD.pathLength), this.#word(WORD.linkLength));
  }
  get devmajor(): number {
    return this.#packed.devices.get(this.#position)?.[0] ?? 0;
  }
  get devminor(): number {
    return this.#packed.devices.get(this.#position)?.[1] ?? 0;
  }
  get headerOffset(): number {
    return this.#number(NUMBER.headerOffset);
  }
  get dataOffset(): number {
    return this.#number(NUMBER.headerOffset) + this.#word(WORD.data);
  }
  get format(): TarFormat {
    return TAR_FORMATS[this.#chunk.formats[this.#row] ?? 0] ?? 'v7';
  }
  get pax(): Readonly<Record<string, string>> {
    const length = this.#word(WORD.paxLength);
    if (length === 0) return {};
    const start = this.#word(WORD.text) + this.#word(WORD.pathLength) + this.#word(WORD.linkLength);
    return paxObject(this.#chunk.text.subarray(start, start + length));
  }

  toJSON(): TarEntry {
    return plainEntry(this);
  }
}

/** The entry as a plain object with every field of its own, for tests, JSON and spreads. */
export function plainEntry(entry: TarEntry): TarEntry {
  return {
    path: entry.path,
    type: entry.type,
    typeflag: entry.typeflag,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: entry.size,
    mtime: entry.mtime,
    uname: entry.uname,
    gname: entry.gname,
    linkname: entry.linkname,
    devmajor: entry.devmajor,
    devminor: entry.devminor,
    headerOffset: entry.headerOffset,
    dataOffset: entry.dataOffset,
    format: entry.format,
    pax: entry.pax,
  };
}
