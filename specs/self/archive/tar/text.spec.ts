import { describe, expect, test } from 'vitest';
import { decodeText } from '../../../../helpers/archive/tar/text.ts';

const of = (...bytes: number[]) => decodeText(Uint8Array.from(bytes));

describe('text of a tar', () => {
  test('is UTF-8', () => {
    expect(decodeText(Buffer.from('grüße-世界-🌍'))).toBe('grüße-世界-🌍');
  });

  test('shows a byte that is no UTF-8', () => {
    expect(of(0x63, 0x61, 0x66, 0xe9)).toBe('caf\uFFFDe9');
    expect(of(0xff, 0x61)).toBe('\uFFFDffa');
  });

  test('keeps names apart that differ in such a byte alone', () => {
    expect(of(0x63, 0xe9)).not.toBe(of(0x63, 0xe8));
  });

  test('keeps what is sound around damage, U+FFFD itself too', () => {
    expect(of(0xc3, 0xa9, 0x80, 0xf0, 0x9f, 0x8c, 0x8d)).toBe('é\uFFFD80🌍');
    expect(of(0xef, 0xbf, 0xbd)).toBe('\uFFFD');
    expect(of(0xe4, 0xb8)).toBe('\uFFFDe4\uFFFDb8');
  });

  test('is the part asked for', () => {
    expect(decodeText(Buffer.from([0xff, 0x61, 0xff, 0x62]), 1, 3)).toBe('a\uFFFDff');
  });
});
