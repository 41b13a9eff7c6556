import { Buffer } from 'node:buffer';

const MAX_BLOCK = 128 * 1024;

/** A zstd frame of raw blocks (RFC 8878): stored, not compressed, but any decoder expands it. */
export function zstdFrame(content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUInt32LE(0xfd2fb528, 0);
  // Single segment, content size in four bytes, no checksum.
  header[4] = 0xa0;
  header.writeUInt32LE(content.length, 5);
  const blocks: Uint8Array[] = [];
  for (let start = 0; start === 0 || start < content.length; start += MAX_BLOCK) {
    const part = content.subarray(start, start + MAX_BLOCK);
    const isLast = start + MAX_BLOCK >= content.length ? 1 : 0;
    const block = Buffer.alloc(3);
    block.writeUIntLE((part.length << 3) | isLast, 0, 3);
    blocks.push(block, part);
  }
  return Buffer.concat([header, ...blocks]);
}
