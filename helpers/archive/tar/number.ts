/** Not a number in the sense of ustar or GNU base-256. */
const INVALID = Number.NaN;

/**
 * One numeric header field: octal digits between spaces and NULs, or GNU base-256 (first bit set).
 * `INVALID` when it is neither, or does not fit a safe integer.
 */
export function readNumber(block: Uint8Array, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) return readBase256(block, start, length);
  const end = start + length;
  let at = start;
  while (at < end && (block[at] === 0x20 || block[at] === 0)) at++;
  let value = 0;
  for (; at < end; at++) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  for (; at < end; at++) if (block[at] !== 0x20 && block[at] !== 0) return INVALID;
  return Number.isSafeInteger(value) ? value : INVALID;
}

/** Two's complement, big endian; the first bit marks the form, the second is the sign. */
function readBase256(block: Uint8Array, start: number, length: number): number {
  const first = block[start] ?? 0;
  const negative = (first & 0x40) !== 0;
  let value = negative ? (first & 0x3f) - 0x40 : first & 0x3f;
  for (let at = start + 1; at < start + length; at++) {
    value = value * 256 + (block[at] ?? 0);
    if (!Number.isSafeInteger(value)) return INVALID;
  }
  return value;
}
