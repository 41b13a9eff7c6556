import { BLOCK } from './header.ts';

/** Sums headers with the checksum field as spaces. Chunks come in one buffer again and again, so its view is kept. */
export function createChecksum(): (block: Uint8Array) => number {
  let words = new Int32Array(0);
  return (block) => {
    const { buffer, byteOffset } = block;
    let sum = 8 * 0x20;
    if (byteOffset % 4 === 0) {
      if (words.buffer !== buffer) words = new Int32Array(buffer as ArrayBuffer, 0, buffer.byteLength >> 2);
      // Four bytes at a time, in two lanes of 16 bits: 128 words cannot overflow them.
      const start = byteOffset >> 2;
      let lanes = 0;
      for (let at = start; at < start + BLOCK / 4; at++) {
        const word = words[at] ?? 0;
        lanes = (lanes + (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff)) | 0;
      }
      sum += (lanes & 0xffff) + (lanes >>> 16);
    } else {
      for (let at = 0; at < BLOCK; at++) sum += block[at] ?? 0;
    }
    for (let at = 148; at < 156; at++) sum -= block[at] ?? 0;
    return sum;
  };
}

/** Some old tars summed signed bytes. */
export function signedSum(block: Uint8Array, unsigned: number): number {
  let high = 0;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) high += (block[at] ?? 0) >> 7;
  return unsigned - 256 * high;
}
