import { expect, test } from 'vitest';
import { createContentChecksum } from '../../../helpers/archive/zstd/xxhash64.ts';

/** Lengths of content, and the checksum that zstd 1.5 writes after it. */
const CHECKSUMS: readonly (readonly [number, number])[] = [
  [0, 0x51d8e999],
  [1, 0xdb052768],
  [5, 0x8a6fd093],
  [13, 0xfd9ce667],
  [32, 0x31a8c629],
  [77, 0xd65f6de0],
  [1000, 0xa9cfc168],
];

test.each(CHECKSUMS)('%i bytes have the checksum that zstd gives them, in any pieces', (length, expected) => {
  const content = Uint8Array.from({ length }, (_, index) => (index * 7) % 256);
  for (const size of [1, 5, 31, 32, 33, 5000]) {
    const checksum = createContentChecksum();
    for (let at = 0; at < length; at += size) checksum.update(content.subarray(at, at + size));
    expect(checksum.value()).toBe(expected);
  }
});
