import type { EntryType, TarEntry, TarFormat } from './entry.ts';
import { parsePax } from './pax.ts';
import { decodeText } from './text.ts';

export const BLOCK = 512;

/**
 * One entry while it is being scanned. Text stays as bytes until somebody asks, so that a layer of a million
 * files costs no million strings. `block` is only valid during the call that hands the header over.
 */
export interface Header {
  block: Uint8Array;
  typeflag: number;
  type: EntryType;
  format: TarFormat;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  devmajor: number;
  devminor: number;
  headerOffset: number;
  dataOffset: number;
  /** From pax or GNU extension headers; else the block's own field counts. */
  path: Uint8Array | undefined;
  linkname: Uint8Array | undefined;
  uname: string | undefined;
  gname: string | undefined;
  /** Body of the entry's own `x` (or `g`) header. */
  pax: Uint8Array | undefined;
}

const TYPES: Readonly<Record<string, EntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'contiguous',
  S: 'sparse',
  g: 'pax-global',
};

const TYPE_OF_FLAG: readonly EntryType[] = Array.from(
  { length: 256 },
  (_, flag) => TYPES[String.fromCharCode(flag)] ?? 'unknown',
);

export function typeOfFlag(flag: number): EntryType {
  return TYPE_OF_FLAG[flag] ?? 'unknown';
}

/** Links, devices and directories have no content even when their size field says so (as Go's reader does). */
export function hasContent(type: EntryType): boolean {
  return (
    type === 'file' ||
    type === 'contiguous' ||
    type === 'sparse' ||
    type === 'unknown' ||
    type === 'pax-global'
  );
}

/** `ustar\0` is POSIX, `ustar ` GNU, anything else the old form. */
export function formatOf(block: Uint8Array): TarFormat {
  const ustar =
    block[257] === 0x75 &&
    block[258] === 0x73 &&
    block[259] === 0x74 &&
    block[260] === 0x61 &&
    block[261] === 0x72;
  if (!ustar) return 'v7';
  return block[262] === 0x20 ? 'gnu' : 'ustar';
}

/** Length of a NUL-terminated field. */
export function fieldLength(block: Uint8Array, start: number, length: number): number {
  let end = start;
  while (end < start + length && block[end] !== 0) end++;
  return end - start;
}

export function fieldText(block: Uint8Array, start: number, length: number): string {
  return decodeText(block, start, start + fieldLength(block, start, length));
}

/** The path's bytes: extension header, else ustar `prefix/name`, else `name`. */
export function pathText(header: Header): string {
  if (header.path) return decodeText(header.path);
  const name = fieldText(header.block, 0, 100);
  const prefix =
    header.format === 'ustar' || header.format === 'pax' ? fieldText(header.block, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

export function toEntry(header: Header): TarEntry {
  const { block } = header;
  const named = header.format !== 'v7';
  return {
    path: pathText(header),
    type: header.type,
    typeflag: String.fromCharCode(header.typeflag),
    mode: header.mode,
    uid: header.uid,
    gid: header.gid,
    size: header.size,
    mtime: header.mtime,
    uname: header.uname ?? (named ? fieldText(block, 265, 32) : ''),
    gname: header.gname ?? (named ? fieldText(block, 297, 32) : ''),
    linkname: header.linkname ? decodeText(header.linkname) : fieldText(block, 157, 100),
    devmajor: header.devmajor,
    devminor: header.devminor,
    headerOffset: header.headerOffset,
    dataOffset: header.dataOffset,
    format: header.format,
    pax: header.pax ? paxObject(header.pax) : {},
  };
}

export function paxObject(body: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(parsePax(body).records);
}
