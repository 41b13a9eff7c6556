import type { Json } from '../../common/json.ts';
import { MAX_EXTENSION, MAX_NAME } from '../limits.ts';
import { createChecksum, signedSum } from './checksum.ts';
import type { TarTrailer } from './entry.ts';
import { BLOCK, formatOf, type Header, hasContent, typeOfFlag } from './header.ts';
import { readNumber } from './number.ts';
import { countRecords, parsePax, paxNumber } from './pax.ts';
import { isSparse, openSparseMap, type SparseMap } from './sparse-map.ts';

export type TarProblemKind =
  | 'tar-truncated'
  | 'tar-checksum'
  | 'tar-number'
  | 'tar-pax'
  | 'tar-sparse'
  | 'tar-padding'
  | 'tar-trailer'
  | 'tar-trailing-data'
  | 'limit-names';

/** Who receives what a scan finds. Buffers handed over are only valid during the call. */
export interface TarSink {
  entry(header: Header): void;
  content?(chunk: Uint8Array): void;
  contentEnd?(): void;
  /** The first whole block behind the end of the tar; valid during the call. */
  behind?(block: Uint8Array): void;
  /** A pax header is about to be parsed. */
  paxRecords?(count: number): void;
  problem(kind: TarProblemKind, offset: number, expected: Json, actual: Json): void;
}

export interface TarScanner {
  push(chunk: Uint8Array): void;
  /** Bytes of content that nobody needs to see: a source with random access may skip them. */
  skippable(): number;
  skip(length: number): void;
  /** True when a header could not be read: what follows it is not known. */
  isStopped(): boolean;
  /** Blocks of zeros after the last entry so far. */
  zeroBlocks(): number;
  end(): TarTrailer;
}

type State = 'header' | 'extension' | 'sparse' | 'content' | 'padding' | 'trailer' | 'garbage' | 'stopped';

/**
 * Reads a tar block by block as bytes arrive, and repairs nothing. A damaged header that still carries the
 * ustar magic is taken as it stands, so that one wrong checksum is one problem; any other ends the scan.
 */
export function createTarScanner(sink: TarSink): TarScanner {
  const unsignedSum = createChecksum();
  let state: State = 'header';
  /** Offset in the tar of the next byte to come. */
  let offset = 0;
  /** Bytes still to come of content, padding or extension body. */
  let remaining = 0;
  let padding = 0;
  let paddingProblem = false;
  const partial = new Uint8Array(BLOCK);
  let partialLength = 0;
  let zeroBlocks = 0;
  let trailingBytes = 0;
  let trailingOffset = 0;

  /** Extension headers that belong to the next entry. */
  let first = -1;
  let pax: Uint8Array | undefined;
  let longPath: Uint8Array | undefined;
  let longLink: Uint8Array | undefined;
  let paxRecords: ReadonlyMap<string, string> | undefined;
  let sparseMap: SparseMap | undefined;
  let extension: Uint8Array | undefined;
  let extensionLength = 0;
  let extensionFlag = 0;

  const header: Header = {
    block: partial,
    typeflag: 0,
    type: 'file',
    format: 'v7',
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtime: 0,
    devmajor: 0,
    devminor: 0,
    headerOffset: 0,
    dataOffset: 0,
    path: undefined,
    linkname: undefined,
    uname: undefined,
    gname: undefined,
    pax: undefined,
  };

  function push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (state === 'content') {
        const length = Math.min(remaining, chunk.length - at);
        if (sparseMap?.isOpen()) sparseMap.push(chunk.subarray(at, at + length));
        if (sink.content) sink.content(length === chunk.length ? chunk : chunk.subarray(at, at + length));
        at += length;
        offset += length;
        remaining -= length;
        if (remaining === 0) endContent();
      } else if (state === 'padding') {
        const length = Math.min(remaining, chunk.length - at);
        checkPadding(chunk, at, length);
        at += length;
        offset += length;
        remaining -= length;
        if (remaining === 0) state = 'header';
      } else if (state === 'extension') {
        const length = Math.min(remaining, chunk.length - at);
        collectExtension(chunk, at, length);
        at += length;
        offset += length;
        remaining -= length;
        if (remaining === 0) endExtension();
      } else if (state === 'garbage' || state === 'stopped') {
        trailingBytes += chunk.length - at;
        offset += chunk.length - at;
        at = chunk.length;
      } else if (partialLength === 0 && chunk.length - at >= BLOCK) {
        takeBlock(chunk, at);
        at += BLOCK;
      } else {
        const length = Math.min(BLOCK - partialLength, chunk.length - at);
        partial.set(chunk.subarray(at, at + length), partialLength);
        partialLength += length;
        at += length;
        if (partialLength === BLOCK) {
          partialLength = 0;
          takeBlock(partial, 0);
        }
      }
    }
  }

  function takeBlock(bytes: Uint8Array, at: number): void {
    const start = offset;
    offset += BLOCK;
    if (state === 'sparse') {
      header.dataOffset = offset;
      if (bytes[at + 504] !== 1) beginContent();
      return;
    }
    if (bytes[at] === 0 && isZero(bytes, at, BLOCK)) {
      state = 'trailer';
      zeroBlocks++;
      return;
    }
    if (state === 'trailer') {
      state = 'garbage';
      trailingOffset = start;
      trailingBytes = BLOCK;
      sink.behind?.(bytes.subarray(at, at + BLOCK));
      return;
    }
    takeHeader(at === 0 && bytes.length === BLOCK ? bytes : bytes.subarray(at, at + BLOCK), start);
  }

  function takeHeader(block: Uint8Array, start: number): void {
    const format = formatOf(block);
    const stored = readNumber(block, 148, 8);
    const sum = unsignedSum(block);
    if (stored !== sum && stored !== signedSum(block, sum)) {
      sink.problem('tar-checksum', start, sum, Number.isNaN(stored) ? 'no number' : stored);
      if (format === 'v7') {
        stop(BLOCK);
        return;
      }
    }
    const typeflag = block[156] ?? 0;
    const size = readNumber(block, 124, 12);
    if (!(size >= 0)) {
      sink.problem('tar-number', start + 124, 'a size in octal or base-256', describe(block, 124, 12));
      stop(BLOCK);
      return;
    }
    if (first < 0) first = start;
    if (typeflag === 0x78 || typeflag === 0x67 || typeflag === 0x4c || typeflag === 0x4b) {
      if (typeflag === 0x67) fillHeader(block, start, format, typeflag, size);
      extensionFlag = typeflag;
      extensionLength = 0;
      if (size > MAX_EXTENSION) {
        sink.problem('tar-pax', start, `an extension header of at most ${MAX_EXTENSION} bytes`, size);
        extension = undefined;
      } else {
        extension = new Uint8Array(size);
      }
      remaining = size;
      padding = paddingOf(size);
      state = 'extension';
      if (size === 0) endExtension();
      return;
    }
    fillHeader(block, start, format, typeflag, size);
    applyExtensions();
    if (typeflag === 0x53 && format === 'gnu' && block[482] === 1) {
      // The map of an old GNU sparse file goes on in the blocks that follow.
      header.block = new Uint8Array(block);
      state = 'sparse';
      return;
    }
    beginContent();
  }

  function fillHeader(
    block: Uint8Array,
    start: number,
    format: Header['format'],
    typeflag: number,
    size: number,
  ): void {
    header.block = block;
    header.typeflag = typeflag;
    header.format = pax && format === 'ustar' ? 'pax' : format;
    header.type = typeOfFlag(typeflag);
    header.mode = number(block, 100, 8, start, 'mode');
    header.uid = number(block, 108, 8, start, 'uid');
    header.gid = number(block, 116, 8, start, 'gid');
    header.size = size;
    header.mtime = number(block, 136, 12, start, 'mtime');
    header.devmajor = format === 'v7' ? 0 : number(block, 329, 8, start, 'devmajor');
    header.devminor = format === 'v7' ? 0 : number(block, 337, 8, start, 'devminor');
    header.headerOffset = first;
    header.dataOffset = start + BLOCK;
    header.path = longPath;
    header.linkname = longLink;
    header.uname = undefined;
    header.gname = undefined;
    header.pax = pax;
  }

  function number(block: Uint8Array, at: number, length: number, start: number, name: string): number {
    const value = readNumber(block, at, length);
    if (!Number.isNaN(value)) return value;
    sink.problem('tar-number', start + at, `${name} in octal or base-256`, describe(block, at, length));
    return 0;
  }

  function applyExtensions(): void {
    if (paxRecords) {
      for (const [key, value] of paxRecords) {
        const applied = appliedOf(key, value);
        if (applied) apply(applied);
      }
      if (pax && header.type === 'file' && isSparse(paxRecords)) {
        header.type = 'sparse';
        sparseMap = openSparseMap(pax, paxRecords, header.size);
      }
    }
    header.path = bounded(header.path, 'a name');
    header.linkname = bounded(header.linkname, 'a link target');
    // Old tars mark a directory by its trailing slash only.
    if (header.typeflag === 0 && endsWithSlash(header)) header.type = 'directory';
  }

  /** No system can use a longer one, and thousands of entries may share it. */
  function bounded(text: Uint8Array | undefined, what: string): Uint8Array | undefined {
    if (!text || text.length <= MAX_NAME) return text;
    sink.problem('limit-names', header.headerOffset, `${what} of at most ${MAX_NAME} bytes`, text.length);
    // One byte too many stays, so that rules see it, too.
    return text.subarray(0, MAX_NAME + 1);
  }

  function apply({ field, bytes, text, number: value }: Applied): void {
    if (field === 'path' || field === 'linkname') header[field] = bytes;
    else if (field === 'uname' || field === 'gname') header[field] = text;
    else if (Number.isNaN(value))
      sink.problem('tar-number', header.headerOffset, `a pax ${field} in decimal`, text.slice(0, 64));
    else header[field] = value;
  }

  function beginContent(): void {
    sink.entry(header);
    first = -1;
    pax = undefined;
    paxRecords = undefined;
    longPath = undefined;
    longLink = undefined;
    remaining = hasContent(header.type) ? header.size : 0;
    padding = paddingOf(remaining);
    state = 'content';
    if (remaining === 0) endContent();
  }

  function endContent(): void {
    sink.contentEnd?.();
    const damage = sparseMap?.damage();
    sparseMap = undefined;
    if (damage !== undefined)
      sink.problem('tar-sparse', header.headerOffset, 'a map of the stored bytes, in order', damage);
    beginPadding();
  }

  function beginPadding(): void {
    remaining = padding;
    paddingProblem = false;
    state = remaining === 0 ? 'header' : 'padding';
  }

  function checkPadding(chunk: Uint8Array, at: number, length: number): void {
    if (paddingProblem || isZero(chunk, at, length)) return;
    paddingProblem = true;
    sink.problem(
      'tar-padding',
      offset,
      'zeros up to the next block',
      describe(chunk, at, Math.min(length, 16)),
    );
  }

  function collectExtension(chunk: Uint8Array, at: number, length: number): void {
    extension?.set(chunk.subarray(at, at + length), extensionLength);
    extensionLength += length;
  }

  function endExtension(): void {
    const body = extension;
    extension = undefined;
    if (body) {
      if (extensionFlag === 0x4c) longPath = untilNul(body);
      else if (extensionFlag === 0x4b) longLink = untilNul(body);
      else takePax(body);
    }
    beginPadding();
  }

  function takePax(body: Uint8Array): void {
    sink.paxRecords?.(countRecords(body));
    const parsed = parsePax(body);
    if (parsed.damage !== undefined)
      sink.problem('tar-pax', first, 'records of the form "<length> <key>=<value>\\n"', parsed.damage);
    if (extensionFlag === 0x78) {
      pax = body;
      paxRecords = parsed.records;
      return;
    }
    // Global records are kept and not applied to what follows: Go does not either, in which all engines are written.
    header.pax = body;
    sink.entry(header);
    sink.contentEnd?.();
    first = -1;
  }

  function stop(length: number): void {
    state = 'stopped';
    trailingBytes += length;
  }

  /** The file ends within a block. */
  function cutOff(expected: string): void {
    sink.problem('tar-truncated', offset + partialLength, expected, `${partialLength} bytes`);
    trailingBytes += partialLength;
  }

  function end(): TarTrailer {
    if (state === 'content' || state === 'extension') {
      sink.problem('tar-truncated', offset, `${remaining} more bytes`, 'end of file');
    } else if (state === 'sparse' || ((state === 'header' || state === 'stopped') && partialLength > 0)) {
      cutOff('a header of 512 bytes');
    } else if (state === 'header' && first >= 0) {
      sink.problem('tar-truncated', offset, 'the entry of an extension header', 'end of file');
    } else if (state === 'trailer' && partialLength > 0 && zeroBlocks < 2) {
      // Readers want the second block whole, or none of it.
      cutOff('a second block of 512 zeros');
      state = 'stopped';
    } else if (state === 'trailer' && partialLength > 0) {
      trailingBytes += partialLength;
      trailingOffset = offset;
      state = 'garbage';
    }
    if (state === 'garbage')
      sink.problem('tar-trailing-data', trailingOffset, 'end of file', `${trailingBytes} bytes`);
    else if (
      state === 'padding' ||
      (state === 'header' && partialLength === 0 && first < 0) ||
      (state === 'trailer' && zeroBlocks < 2)
    )
      sink.problem('tar-trailer', offset, '2 blocks of zeros', zeroBlocks);
    return { zeroBlocks, trailingBytes };
  }

  return {
    push,
    end,
    isStopped: () => state === 'stopped',
    zeroBlocks: () => zeroBlocks,
    skippable: () =>
      state === 'content'
        ? sparseMap?.isOpen()
          ? 0
          : remaining
        : state === 'garbage' || state === 'stopped'
          ? Number.MAX_SAFE_INTEGER
          : 0,
    skip(length) {
      offset += length;
      if (state !== 'content') {
        trailingBytes += length;
        return;
      }
      remaining -= length;
      if (remaining === 0) endContent();
    },
  };
}

type NumberField = 'size' | 'uid' | 'gid' | 'mtime';

/** A pax record that changes a field of the header, ready to be applied again and again. */
interface Applied {
  readonly field: 'path' | 'linkname' | 'uname' | 'gname' | NumberField;
  readonly text: string;
  readonly bytes: Uint8Array | undefined;
  readonly number: number;
}

const NUMBER_FIELDS: ReadonlySet<string> = new Set<NumberField>(['size', 'uid', 'gid', 'mtime']);

function isNumberField(key: string): key is NumberField {
  return NUMBER_FIELDS.has(key);
}

function appliedOf(key: string, text: string): Applied | undefined {
  // An empty value takes the record back: the field of the header counts (POSIX pax; so do GNU tar and Go).
  if (text === '') return undefined;
  if (key === 'path' || key === 'GNU.sparse.name')
    return { field: 'path', text, bytes: Buffer.from(text), number: 0 };
  if (key === 'linkpath') return { field: 'linkname', text, bytes: Buffer.from(text), number: 0 };
  if (key === 'uname' || key === 'gname') return { field: key, text, bytes: undefined, number: 0 };
  if (!isNumberField(key)) return undefined;
  return {
    field: key,
    text,
    bytes: undefined,
    number: paxNumber(text, key === 'mtime' ? 'time' : 'integer'),
  };
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function isZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < start + length; at++) if (bytes[at] !== 0) return false;
  return true;
}

function endsWithSlash(header: Header): boolean {
  if (header.path) return header.path.at(-1) === 0x2f;
  const end = header.block.subarray(0, 100).indexOf(0);
  return header.block[(end < 0 ? 100 : end) - 1] === 0x2f;
}

function untilNul(body: Uint8Array): Uint8Array {
  const end = body.indexOf(0);
  return end < 0 ? body : body.subarray(0, end);
}

function describe(bytes: Uint8Array, at: number, length: number): string {
  return `bytes ${Buffer.from(bytes.subarray(at, at + length)).toString('hex')}`;
}
