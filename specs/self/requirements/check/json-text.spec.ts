import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toJsonText } from '../../../../helpers/common/json.ts';

test('JSON text means the same and holds nothing that steers a terminal', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = toJsonText(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test.each([
  ['\u202e', '"\\u202e"'],
  ['\u{e0041}', '"\\udb40\\udc41"'],
  ['é🐧', '"é🐧"'],
])('%j is written as %s', (value, text) => {
  expect(toJsonText(value)).toBe(text);
});
