import { crc32 } from 'node:zlib';
import { LEAST_XZ_PART } from '../limits.ts';
import type { SlowMeter } from '../slow-codecs.ts';

/** SHA-256 among the checks of the .xz file format 1.2.1, section 2.1.1.2, with its size. */
const SHA256 = { flag: 0x0a, size: 32 } as const;
const HEADER_BYTES = 12;
const FOOTER_BYTES = 12;
/** Control bytes of LZMA2: the end; 1 and 2 for chunks that are stored as they are; and from here on compressed ones. */
const CHUNK = { end: 0, compressed: 0x80, withProperties: 0xc0 } as const;

/** The check of one block, and how many bytes come before its end. */
export interface CheckedBlock {
  readonly end: number;
  readonly sha256: Buffer;
}

export interface XzRewriter {
  /** The same stream without its checks, as far as it is known. */
  push(chunk: Uint8Array): Uint8Array;
  /** Checks that were taken out, in order; filled before the last bytes of their block are handed over. */
  readonly blocks: readonly CheckedBlock[];
  /** What is wrong with the stream itself. */
  readonly damaged: () => string | undefined;
}

export function hasSha256(start: Uint8Array): boolean {
  return start[7] === SHA256.flag;
}

interface BlockRecord {
  readonly unpadded: number;
  readonly uncompressed: number;
}

/**
 * Rewrites streams with SHA-256 as their check into streams without a check, for a decoder that knows only CRC: the
 * compressed data stay as they are. What the checks say is for the caller to compare. Every part is counted: a stream may
 * consist of millions of chunks of one byte.
 */
export function createXzRewriter(meter: SlowMeter): XzRewriter {
  const blocks: CheckedBlock[] = [];
  const out: Uint8Array[] = [];
  let records: BlockRecord[] = [];
  let damaged: string | undefined;
  /** Bytes of all blocks before this one, and of this one. */
  let total = 0;
  let uncompressed = 0;
  /** Bytes of this block, its header included. */
  let size = 0;
  let collected: number[] = [];
  let wanted = HEADER_BYTES;
  let copying = 0;
  let take: () => void = takeHeader;

  function collect(count: number, next: () => void): void {
    collected = [];
    wanted = count;
    take = next;
  }

  function emit(bytes: readonly number[] | Uint8Array): void {
    meter.count(0, LEAST_XZ_PART);
    out.push(Uint8Array.from(bytes));
  }

  function takeHeader(): void {
    // Streams may be padded with zeros, four at a time.
    if (collected.length === 4 && collected.every((byte) => byte === 0)) collected = [];
    if (collected.length < HEADER_BYTES) return;
    if (collected[7] !== SHA256.flag) damaged = 'a second stream with another check';
    records = [];
    emit([...collected.slice(0, 6), ...FLAGS, ...littleEndian(crc32(FLAGS))]);
    collect(1, takeBlockSize);
  }

  function takeBlockSize(): void {
    const [first = 0] = collected;
    if (first === 0) startIndex();
    else takeBlockHeader(first);
  }

  function takeBlockHeader(first: number): void {
    const rest = (first + 1) * 4 - 1;
    collect(rest, () => {
      emit([first, ...collected]);
      size = rest + 1;
      uncompressed = 0;
      collect(1, takeControl);
    });
  }

  function takeControl(): void {
    const [control = 0] = collected;
    size++;
    emit(collected);
    if (control === CHUNK.end) endBlock();
    else if (control > 2 && control < CHUNK.compressed) damaged = 'data that is no LZMA2';
    else takeChunk(control);
  }

  function takeChunk(control: number): void {
    const length = control < CHUNK.compressed ? 2 : control < CHUNK.withProperties ? 4 : 5;
    collect(length, () => {
      const [a = 0, b = 0, c = 0, d = 0] = collected;
      emit(collected);
      const plain = control < CHUNK.compressed ? a * 256 + b + 1 : (control & 0x1f) * 65536 + a * 256 + b + 1;
      copying = control < CHUNK.compressed ? plain : c * 256 + d + 1;
      uncompressed += plain;
      size += length + copying;
      collect(1, takeControl);
    });
  }

  function endBlock(): void {
    const padding = -size & 3;
    collect(padding + SHA256.size, () => {
      emit(collected.slice(0, padding));
      total += uncompressed;
      records.push({ unpadded: size, uncompressed });
      blocks.push({ end: total, sha256: Buffer.from(collected.slice(padding)) });
      collect(1, takeBlockSize);
    });
  }

  /** How many blocks there are, and two sizes of each. */
  function startIndex(): void {
    const expected = [
      records.length,
      ...records.flatMap(({ unpadded, uncompressed: plain }) => [unpadded + SHA256.size, plain]),
    ].flatMap(sevenBits);
    let position = 0;
    const takeIndex = () => {
      if (collected[0] !== expected[position++]) damaged = 'an index that does not fit its blocks';
      else if (position < expected.length) collect(1, takeIndex);
      else endIndex(expected.length + 1);
    };
    collect(1, takeIndex);
  }

  function endIndex(length: number): void {
    collect((-length & 3) + 4, () => {
      const plain = [records.length, ...records.flatMap((record) => [record.unpadded, record.uncompressed])];
      const index = [0, ...plain.flatMap(sevenBits)];
      while (index.length % 4 > 0) index.push(0);
      emit([...index, ...littleEndian(crc32(Uint8Array.from(index)))]);
      collect(FOOTER_BYTES, () => {
        const end = Uint8Array.from([...littleEndian(index.length / 4), ...FLAGS]);
        emit([...littleEndian(crc32(end)), ...end, ...collected.slice(10)]);
        collect(HEADER_BYTES, takeHeader);
      });
    });
  }

  return {
    blocks,
    damaged: () => damaged,
    push(chunk) {
      for (let at = 0; at < chunk.length && damaged === undefined; ) {
        if (copying > 0) {
          const part = chunk.slice(at, at + copying);
          out.push(part);
          copying -= part.length;
          at += part.length;
          continue;
        }
        collected.push(chunk[at++] ?? 0);
        if (collected.length >= wanted || take === takeHeader) take();
      }
      return Buffer.concat(out.splice(0));
    },
  };
}

/** No check. */
const FLAGS = Uint8Array.of(0, 0);

function littleEndian(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

/** Seven bits a byte, the lowest first. */
function sevenBits(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}
