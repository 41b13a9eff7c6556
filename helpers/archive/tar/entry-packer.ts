import type { EntryType, TarFormat } from './entry.ts';
import { fieldLength, type Header } from './header.ts';
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

/** Rows in one chunk. Chunks never move, so a growing list copies nothing. */
const ROWS = 8192;
/** A chunk with more text than this is closed before its rows are used up. */
const CHUNK_TEXT = 4 * 1024 * 1024;
const TYPE_CODE: ReadonlyMap<EntryType, number> = new Map(TYPES.map((type, code) => [type, code]));
const FORMAT_CODE: ReadonlyMap<TarFormat, number> = new Map(
  TAR_FORMATS.map((format, code) => [format, code]),
);

interface EntryPacker {
  add(header: Header): void;
  readonly length: number;
  finish(): PackedEntries;
}

/** Told what each entry costs, before the next one comes. */
interface PackerCosts {
  /** Memory: its row, its text, and what judging it will keep. */
  memory(bytes: number): void;
  /** Length of the folders above it, once for each level that the entry before it does not have. */
  folders(characters: number): void;
}

/** Bytes of one row. */
const ROW = NUMBERS * 8 + WORDS * 4 + 3;
/** What is kept beside the row: of a device, of a name of a user or group, of an entry that rules remember by its path. */
const DEVICE = 150;
const NAME = 150;
const REMEMBERED = 200;
const SLASH = 0x2f;

const FREE: PackerCosts = { memory() {}, folders() {} };

export function createEntryPacker(costs: PackerCosts = FREE): EntryPacker {
  const chunks: EntryChunk[] = [];
  const names: string[] = [''];
  const nameCodes = new Map<string, number>([['', 0]]);
  const devices = new Map<number, readonly [number, number]>();
  let chunk = emptyChunk(64);
  /** Text of the chunk at work; copied to its length when the chunk is full, and used again. */
  let scratch = new Uint8Array(4096);
  let used = 0;
  let length = 0;
  let memory = 0;
  /** Where the path of the entry before stands in `scratch`. */
  let lastPath = 0;
  let lastPathLength = 0;

  function add(header: Header): void {
    if (chunk.length === chunk.flags.length || used > CHUNK_TEXT) nextChunk();
    const row = chunk.length++;
    const { numbers, words } = chunk;
    const number = row * NUMBERS;
    numbers[number + NUMBER.headerOffset] = header.headerOffset;
    numbers[number + NUMBER.size] = header.size;
    numbers[number + NUMBER.mtime] = header.mtime;
    numbers[number + NUMBER.uid] = header.uid;
    numbers[number + NUMBER.gid] = header.gid;
    const word = row * WORDS;
    words[word + WORD.data] = header.dataOffset - header.headerOffset;
    words[word + WORD.mode] = header.mode;
    memory = ROW;
    const path = used;
    words[word + WORD.text] = path;
    const pathLength = addPath(header);
    words[word + WORD.pathLength] = pathLength;
    countFolders(path, pathLength);
    if (header.type === 'symlink') memory += REMEMBERED;
    words[word + WORD.linkLength] = header.linkname
      ? addText(header.linkname, 0, header.linkname.length)
      : addField(header.block, 157, 100);
    words[word + WORD.paxLength] = header.pax ? addText(header.pax, 0, header.pax.length) : 0;
    words[word + WORD.uname] = nameCode(header.uname, header, 265);
    words[word + WORD.gname] = nameCode(header.gname, header, 297);
    chunk.flags[row] = header.typeflag;
    chunk.types[row] = TYPE_CODE.get(header.type) ?? TYPES.length - 1;
    chunk.formats[row] = FORMAT_CODE.get(header.format) ?? 0;
    if (header.devmajor !== 0 || header.devminor !== 0) rememberDevice(header);
    length++;
    costs.memory(memory);
  }

  function rememberDevice({ devmajor, devminor }: Header): void {
    devices.set(length, [devmajor, devminor]);
    memory += DEVICE;
  }

  /** Rules look at every folder above an entry, unless the entry before it lies in the same one. */
  function countFolders(path: number, pathLength: number): void {
    let same = true;
    let levels = 0;
    let folderLength = 0;
    for (let at = 0; at < pathLength; at++) {
      const byte = scratch[path + at];
      if (same && (at >= lastPathLength || byte !== scratch[lastPath + at])) same = false;
      if (byte !== SLASH) continue;
      folderLength = at;
      if (!same) levels++;
    }
    if (levels > 0) {
      costs.folders(levels * folderLength);
      memory += levels * REMEMBERED;
    }
    const name = path + folderLength + 1;
    // Whiteouts are remembered, too.
    if (scratch[name] === 0x2e && scratch[name + 1] === 0x77 && scratch[name + 2] === 0x68)
      memory += REMEMBERED;
    lastPath = path;
    lastPathLength = pathLength;
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
    memory += size;
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
    memory += text.length + NAME;
    nameCodes.set(text, names.length);
    return names.push(text) - 1;
  }

  function nextChunk(): void {
    closeChunk();
    lastPathLength = 0;
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
