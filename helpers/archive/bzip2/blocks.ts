/** What a bzip2 stream is made of, with bits that begin anywhere in a byte. */

/** Digits of pi, before each block. */
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
/** Digits of the root of pi, before the checksum of the stream. */
const END_MAGIC = [0x177245, 0x385090] as const;
const MAGIC_BITS = 48;
/** Bits of the last byte that belong to a magic number. */
const SHIFTS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const CRC_BITS = 32;
const HEADER_BYTES = 4;
/** More than a block of 900,000 bytes can take. */
const MAX_BLOCK_BYTES = 2 * 1024 * 1024;

/** Values of the byte before the one in which a magic number ends: it lies within the number, at any of eight shifts. */
const BEFORE_END: readonly boolean[] = Array.from({ length: 256 }, (_, byte) =>
  [BLOCK_MAGIC, END_MAGIC].some(([, low]) => SHIFTS.some((shift) => ((low >>> shift) & 0xff) === byte)),
);

export interface Bzip2Block {
  /** A whole stream of this block alone. */
  readonly stream: Uint8Array;
  /** Most bytes that the block can expand to: every five bytes may stand for 259. */
  readonly mostBytes: number;
}

export type Bzip2End = { readonly damaged: string } | { readonly trailing: number } | undefined;

export interface Bzip2Splitter {
  push(chunk: Uint8Array): void;
  /** How the input ended; `undefined` when it ended well. */
  end(): Bzip2End;
}

/** Takes a file of one or several streams apart. Memory stays at one block, whatever the file expands to. */
export function createBzip2Splitter(onBlock: (block: Bzip2Block) => void): Bzip2Splitter {
  let level = 0;
  let state: 'header' | 'blocks' | 'checksum' | 'behind' = 'header';
  let damaged: string | undefined;
  let trailing = 0;
  let streams = 0;
  /** From the header of the stream, or the byte in which the current block begins. */
  let bytes = new Uint8Array(64 * 1024);
  let length = 0;
  let blockStart: number | undefined;
  let high = 0;
  let low = 0;
  let bitsLeft = 0;
  let combined = 0;

  function push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (damaged !== undefined) return;
      if (state === 'behind') trailing++;
      else takeByte(byte);
    }
  }

  function takeByte(byte: number): void {
    if (length === bytes.length) bytes = grown(bytes);
    bytes[length++] = byte;
    if (state === 'header') takeHeader();
    else if (blockStart === undefined) takeBits(byte);
    else if (BEFORE_END[bytes[length - 2] ?? 0]) {
      loadWindow();
      takeBits(byte);
    }
    if (length > MAX_BLOCK_BYTES) damaged = 'a block that is longer than any';
  }

  function takeHeader(): void {
    const expected = [0x42, 0x5a, 0x68][length - 1];
    const byte = bytes[length - 1] ?? 0;
    const fits = expected === undefined ? byte >= 0x31 && byte <= 0x39 : byte === expected;
    if (!fits && streams > 0) {
      state = 'behind';
      trailing = length;
    } else if (!fits) damaged = 'what follows is no bzip2 stream';
    else if (length === HEADER_BYTES) {
      level = byte - 0x30;
      state = 'blocks';
      length = 0;
      combined = 0;
      blockStart = undefined;
      high = 0;
      low = 0;
      bitsLeft = MAGIC_BITS;
    }
  }

  /** The bits before the byte that was just taken. */
  function loadWindow(): void {
    const at = (back: number) => bytes[length - 1 - back] ?? 0;
    high = (at(6) << 16) | (at(5) << 8) | at(4);
    low = (at(3) << 16) | (at(2) << 8) | at(1);
  }

  function takeBits(byte: number): void {
    for (let bit = 7; bit >= 0; bit--) {
      high = ((high << 1) | (low >>> 23)) & 0xffffff;
      low = ((low << 1) | ((byte >>> bit) & 1)) & 0xffffff;
      if (bitsLeft > 0) bitsLeft--;
      if (state === 'checksum') {
        if (bitsLeft > 0) continue;
        endStream();
        return;
      }
      if (high === BLOCK_MAGIC[0] && low === BLOCK_MAGIC[1]) meetBlock(bit);
      else if (high === END_MAGIC[0] && low === END_MAGIC[1]) meetEnd(bit);
      // The first thing in a stream is one of the two.
      else if (bitsLeft === 0 && blockStart === undefined) damaged = 'data that is no block';
      if (damaged !== undefined) return;
    }
  }

  /** Position of the first bit of the magic number whose last bit was just read. */
  function magicStart(bit: number): number {
    return length * 8 - bit - MAGIC_BITS;
  }

  function meetBlock(bit: number): void {
    const start = magicStart(bit);
    finishBlock(start);
    const firstByte = start >>> 3;
    bytes.copyWithin(0, firstByte, length);
    length -= firstByte;
    blockStart = start & 7;
  }

  function meetEnd(bit: number): void {
    finishBlock(magicStart(bit));
    blockStart = undefined;
    state = 'checksum';
    bitsLeft = CRC_BITS;
  }

  function finishBlock(end: number): void {
    if (blockStart === undefined) return;
    const crc = bitsAt(bytes, blockStart + MAGIC_BITS, CRC_BITS);
    combined = (((combined << 1) | (combined >>> 31)) ^ crc) >>> 0;
    onBlock({ stream: streamOf(level, bytes, blockStart, end, crc), mostBytes: level * 100_000 * 52 });
  }

  /** The rest of the byte is padding; another stream may follow. */
  function endStream(): void {
    const stated = (((high & 0xff) << 24) | low) >>> 0;
    if (stated !== combined) damaged = 'another checksum than the stream states';
    streams++;
    state = 'header';
    length = 0;
  }

  return {
    push,
    end() {
      if (damaged !== undefined) return { damaged };
      if (state === 'behind') return { trailing };
      if (state === 'header' && streams > 0) return length > 0 ? { trailing: length } : undefined;
      return { damaged: 'unexpected end of file' };
    },
  };
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}

function bitsAt(bytes: Uint8Array, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++)
    value = (value << 1) | (((bytes[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1);
  return value >>> 0;
}

/** `BZh`, the block, and the end of a stream whose only block it is. */
function streamOf(level: number, bytes: Uint8Array, start: number, end: number, crc: number): Uint8Array {
  const bits = end - start;
  const stream = new Uint8Array(HEADER_BYTES + Math.ceil((bits + MAGIC_BITS + CRC_BITS) / 8));
  stream.set([0x42, 0x5a, 0x68, 0x30 + level]);
  for (let at = 0; at < Math.ceil(bits / 8); at++)
    stream[HEADER_BYTES + at] = ((bytes[at] ?? 0) << start) | ((bytes[at + 1] ?? 0) >>> (8 - start));
  let position = HEADER_BYTES * 8 + bits;
  // Bits of the next block may stand behind the last one.
  if (position % 8 > 0) stream[position >>> 3] = (stream[position >>> 3] ?? 0) & (0xff00 >>> (position % 8));
  const append = (value: number, count: number) => {
    for (let bit = count - 1; bit >= 0; bit--, position++)
      stream[position >>> 3] =
        (stream[position >>> 3] ?? 0) | (((value >>> bit) & 1) << (7 - (position & 7)));
  };
  append(END_MAGIC[0], 24);
  append(END_MAGIC[1], 24);
  append(crc, CRC_BITS);
  return stream;
}
