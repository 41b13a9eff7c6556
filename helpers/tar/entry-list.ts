import type { EntryType, TarEntry, TarFormat } from './entry.ts';
import { fieldLength, type Header, paxObject, typeOfFlag } from './header.ts';
import { decodeText } from './text.ts';

/** Rows in one chunk. Chunks never move, so a growing list copies nothing. */
const ROWS = 8192;
/** A chunk with more text than this is closed before its rows are used up. */
const CHUNK_TEXT = 4 * 1024 * 1024;
const NUMBERS = 5;
const WORDS = 8;

/**
 * Columns of up to `ROWS` entries, made of plain buffers that a worker can transfer. Numbers: header offset, size,
 * mtime, uid, gid. Words: data offset less header offset, mode, text start, path, link and pax lengths, uname, gname.
 */
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

const FORMATS: readonly TarFormat[] = ['v7', 'ustar', 'gnu', 'pax'];
const TYPES: readonly EntryType[] = [
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
const TYPE_CODE: ReadonlyMap<EntryType, number> = new Map(TYPES.map((type, code) => [type, code]));
const FORMAT_CODE: ReadonlyMap<TarFormat, number> = new Map(FORMATS.map((format, code) => [format, code]));

export interface EntryPacker {
  add(header: Header): void;
  readonly length: number;
  /** Bytes of text kept so far (paths, links, pax). */
  readonly textBytes: number;
  finish(): PackedEntries;
}

export function createEntryPacker(): EntryPacker {
  const chunks: EntryChunk[] = [];
  const names: string[] = [''];
  const nameCodes = new Map<string, number>([['', 0]]);
  const devices = new Map<number, readonly [number, number]>();
  let chunk = emptyChunk(64);
  /** Text of the chunk at work; copied to its length when the chunk is full, and used again. */
  let scratch = new Uint8Array(4096);
  let used = 0;
  let length = 0;
  let textBytes = 0;

  function add(header: Header): void {
    if (chunk.length === chunk.flags.length || used > CHUNK_TEXT) nextChunk();
    const row = chunk.length++;
    const { numbers, words } = chunk;
    const number = row * NUMBERS;
    numbers[number] = header.headerOffset;
    numbers[number + 1] = header.size;
    numbers[number + 2] = header.mtime;
    numbers[number + 3] = header.uid;
    numbers[number + 4] = header.gid;
    const word = row * WORDS;
    words[word] = header.dataOffset - header.headerOffset;
    words[word + 1] = header.mode;
    words[word + 2] = used;
    words[word + 3] = addPath(header);
    words[word + 4] = header.linkname
      ? addText(header.linkname, 0, header.linkname.length)
      : addField(header.block, 157, 100);
    words[word + 5] = header.pax ? addText(header.pax, 0, header.pax.length) : 0;
    words[word + 6] = nameCode(header.uname, header, 265);
    words[word + 7] = nameCode(header.gname, header, 297);
    chunk.flags[row] = header.typeflag;
    chunk.types[row] = TYPE_CODE.get(header.type) ?? TYPES.length - 1;
    chunk.formats[row] = FORMAT_CODE.get(header.format) ?? 0;
    if (header.devmajor !== 0 || header.devminor !== 0)
      devices.set(length, [header.devmajor, header.devminor]);
    length++;
  }

  function addPath(header: Header): number {
    if (header.path) return addText(header.path, 0, header.path.length);
    const { block, format } = header;
    let prefix = 0;
    if ((format === 'ustar' || format === 'pax') && block[345] !== 0) {
      prefix = addField(block, 345, 155) + 1;
      reserve(1);
      scratch[used++] = 0x2f;
    }
    return prefix + addField(block, 0, 100);
  }

  function addField(block: Uint8Array, start: number, size: number): number {
    if (block[start] === 0) return 0;
    return addText(block, start, fieldLength(block, start, size));
  }

  function addText(bytes: Uint8Array, start: number, size: number): number {
    reserve(size);
    for (let at = 0; at < size; at++) scratch[used + at] = bytes[start + at] ?? 0;
    used += size;
    textBytes += size;
    return size;
  }

  function reserve(size: number): void {
    if (used + size <= scratch.length) return;
    const grown = new Uint8Array(Math.max(scratch.length * 2, used + size));
    grown.set(scratch.subarray(0, used));
    scratch = grown;
  }

  function nameCode(name: string | undefined, header: Header, start: number): number {
    if (name === undefined && (header.format === 'v7' || header.block[start] === 0)) return 0;
    const size = name === undefined ? fieldLength(header.block, start, 32) : 0;
    const text = name ?? decodeText(header.block, start, start + size);
    const known = nameCodes.get(text);
    if (known !== undefined) return known;
    textBytes += text.length + 64;
    nameCodes.set(text, names.length);
    return names.push(text) - 1;
  }

  function nextChunk(): void {
    closeChunk();
    chunk = emptyChunk(length < ROWS ? Math.min(ROWS, Math.max(64, length * 4)) : ROWS);
    used = 0;
  }

  function closeChunk(): void {
    if (chunk.length === 0) return;
    chunk.text = scratch.slice(0, used);
    chunks.push(chunk);
  }

  return {
    add,
    get length() {
      return length;
    },
    get textBytes() {
      return textBytes;
    },
    finish() {
      closeChunk();
      return { length, chunks, names, devices };
    },
  };
}

function emptyChunk(rows: number): EntryChunk {
  return {
    length: 0,
    numbers: new Float64Array(rows * NUMBERS),
    words: new Uint32Array(rows * WORDS),
    flags: new Uint8Array(rows),
    types: new Uint8Array(rows),
    formats: new Uint8Array(rows),
    text: new Uint8Array(0),
  };
}

export interface PackedEntryList extends Iterable<TarEntry> {
  readonly length: number;
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
    this.#path ??= this.#text(this.#word(2), this.#word(3));
    return this.#path;
  }
  get type(): EntryType {
    return TYPES[this.#chunk.types[this.#row] ?? 0] ?? typeOfFlag(0);
  }
  get typeflag(): string {
    return String.fromCharCode(this.#chunk.flags[this.#row] ?? 0);
  }
  get mode(): number {
    return this.#word(1);
  }
  get uid(): number {
    return this.#number(3);
  }
  get gid(): number {
    return this.#number(4);
  }
  get size(): number {
    return this.#number(1);
  }
  get mtime(): number {
    return this.#number(2);
  }
  get uname(): string {
    return this.#packed.names[this.#word(6)] ?? '';
  }
  get gname(): string {
    return this.#packed.names[this.#word(7)] ?? '';
  }
  get linkname(): string {
    return this.#text(this.#word(2) + this.#word(3), this.#word(4));
  }
  get devmajor(): number {
    return this.#packed.devices.get(this.#position)?.[0] ?? 0;
  }
  get devminor(): number {
    return this.#packed.devices.get(this.#position)?.[1] ?? 0;
  }
  get headerOffset(): number {
    return this.#number(0);
  }
  get dataOffset(): number {
    return this.#number(0) + this.#word(0);
  }
  get format(): TarFormat {
    return FORMATS[this.#chunk.formats[this.#row] ?? 0] ?? 'v7';
  }
  get pax(): Readonly<Record<string, string>> {
    const length = this.#word(5);
    if (length === 0) return {};
    const start = this.#word(2) + this.#word(3) + this.#word(4);
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
