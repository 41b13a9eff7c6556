/** What a stream states, changed for a test. */
export interface XzOptions {
  /** Size of the dictionary as its byte says it: 28 is 64 MiB, 29 is 96 MiB, 39 is 3 GiB. */
  readonly dictionary?: number;
  /** Kind of check: 1 is CRC32, 10 is SHA-256. */
  readonly check?: number;
  /** Bytes of one chunk. */
  readonly chunk?: number;
  readonly crc?: (bytes: Uint8Array) => number;
}

/** One .xz stream (file format 1.2.1) of chunks that are stored as they are; small enough to write by hand. */
export function xz(
  content: Uint8Array,
  { dictionary = 16, check = 1, chunk = CHUNK, crc = crc32 }: XzOptions = {},
): Buffer {
  const flags = Buffer.of(0, check);
  const header = padded(Buffer.of(2, 0, 0x21, 1, dictionary), 8);
  const body = lzma2(content, chunk);
  const block = Buffer.concat([header, uint32(crc32(header)), body]);
  const index = padded(
    Buffer.concat([Buffer.of(0, 1), multibyte(block.length + CHECK), multibyte(content.length)]),
  );
  const footer = Buffer.concat([uint32((index.length + 4) / 4 - 1), flags]);
  return Buffer.concat([
    Buffer.from('fd377a585a00', 'hex'),
    flags,
    uint32(crc32(flags)),
    padded(block),
    uint32(crc(content)),
    index,
    uint32(crc32(index)),
    uint32(crc32(footer)),
    footer,
    Buffer.from('YZ'),
  ]);
}

const CHECK = 4;
const CHUNK = 60_000;

function lzma2(content: Uint8Array, chunk: number): Buffer {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += chunk) {
    const part = content.subarray(at, at + chunk);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(part.length - 1);
    // The first chunk resets the dictionary.
    parts.push(Buffer.of(at === 0 ? 1 : 2), size, part);
  }
  return Buffer.concat([...parts, Buffer.of(0)]);
}

function padded(bytes: Uint8Array, least = 0): Buffer {
  const size = Math.max(least, Math.ceil(bytes.length / 4) * 4);
  return Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

function multibyte(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

/** Node has it from 22.2 on. */
export function crc32(bytes: Uint8Array): number {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
