import { describe, expect, test } from 'vitest';
import { escapeControl } from '../../../../helpers/common/escape.ts';
import { explainViolation, formatLocator, formatValue } from '../../../../helpers/requirements/explain.ts';

describe('a sentence about a violation', () => {
  test('says what, where, and both values with how each was obtained', () => {
    const sentence = explainViolation(
      { title: 'Each diffID is the digest of its uncompressed layer' },
      {
        where: { image: 'manifest.json#0', layer: 2, member: 'blobs/sha256/ab' },
        expected: { value: 'sha256:aa', from: 'config /rootfs/diff_ids/2' },
        actual: { value: 'sha256:bb', from: 'sha256(blobs/sha256/ab)' },
      },
    );
    expect(sentence).toBe(
      'Each diffID is the digest of its uncompressed layer, but at image manifest.json#0, layers[2], blobs/sha256/ab: ' +
        'expected sha256:aa (config /rootfs/diff_ids/2), found sha256:bb (sha256(blobs/sha256/ab)).',
    );
  });

  test('stays on one line whatever an archive contains', () => {
    const evil = 'a\n\u001b[31mok\u202e\u0000\u2028\u{e0041}\ud800';
    const sentence = explainViolation(
      { title: 'x' },
      {
        where: { member: evil, pointer: evil, entry: evil, image: evil, step: evil },
        expected: { value: evil, from: evil },
        actual: { value: { [evil]: [evil] }, from: evil },
      },
    );
    expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(sentence.length).toBeLessThan(3000);
  });
});

test.each([
  ['a', 'a'],
  ['sha256:ab', 'sha256:ab'],
  ['two words', 'two words'],
  ['', '""'],
  ['a\n', '"a\\n"'],
  ['2', '"2"'],
  ['null', '"null"'],
  ['-1.5e3', '"-1.5e3"'],
  ['0755', '0755'],
  ['1.0.0', '1.0.0'],
  ['say "hi"', '"say \\"hi\\""'],
  [' x', '" x"'],
  [2, '2'],
  [null, 'null'],
  [{ os: 'linux' }, '{"os":"linux"}'],
])('the value %j is printed as %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test('long values are cut, and say so', () => {
  expect(formatValue('x'.repeat(10_000))).toMatch(/^x{240}… \(10000 characters\)$/);
});

test.each([
  [{}, 'the archive'],
  [{ offset: 512 }, 'byte 512'],
  [{ member: 'index.json', pointer: '/manifests/0' }, 'index.json /manifests/0'],
  [{ layer: 0, entry: './a' }, 'layers[0], entry ./a'],
  [{ step: 'run' }, 'step run'],
])('the place %j is called %s', (where, text) => {
  expect(formatLocator(where)).toBe(text);
});

test.each([
  ['plain é 漢 🐧', 'plain é 漢 🐧'],
  ['\u001b]0;x\u0007', '\\x1b]0;x\\x07'],
  ['\u009b', '\\x9b'],
  ['\u007f', '\\x7f'],
  ['a\r\n\tb', 'a\\r\\n\\tb'],
  ['\u202egnp.exe', '\\u{202e}gnp.exe'],
  ['\u2066\u200b\ufeff', '\\u{2066}\\u{200b}\\u{feff}'],
])('%j is shown as %s', (text, shown) => {
  expect(escapeControl(text)).toBe(shown);
});
