const REPLACEMENT = '\uFFFD';
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text of a tar: UTF-8. A tar may hold any bytes, so each byte that is no UTF-8 becomes U+FFFD and its two
 * hexadecimal digits: it stays visible, and different names stay different.
 */
export function decodeText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start, end);
  return text.includes(REPLACEMENT) ? decodeDamaged(bytes.subarray(start, end)) : text;
}

function decodeDamaged(bytes: Uint8Array): string {
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes[at] ?? 0);
    const character = decodeStrictly(bytes.subarray(at, at + length));
    text += character ?? `${REPLACEMENT}${(bytes[at] ?? 0).toString(16)}`;
    at += character === undefined ? 1 : length;
  }
  return text;
}

function sequenceLength(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function decodeStrictly(sequence: Uint8Array): string | undefined {
  try {
    return strict.decode(sequence);
  } catch {
    return undefined;
  }
}
