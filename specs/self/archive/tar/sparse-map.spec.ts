import { describe, expect, test } from 'vitest';
import { createTarScanner } from '../../../../helpers/archive/tar/scanner.ts';
import { entry, pax, tar } from './build.ts';

/** What is wrong with a tar, when its bytes arrive in pieces of that many. */
function kinds(bytes: Uint8Array, pieces = bytes.length): readonly string[] {
  const found: string[] = [];
  const scanner = createTarScanner({ entry() {}, problem: (kind) => void found.push(kind) });
  for (let at = 0; at < bytes.length; ) {
    const skipped = Math.min(scanner.skippable(), bytes.length - at);
    if (skipped > 0) scanner.skip(skipped);
    else scanner.push(bytes.subarray(at, at + pieces));
    at += skipped > 0 ? skipped : pieces;
  }
  scanner.end();
  return found;
}

function recorded(records: Readonly<Record<string, string>>, content: string, fields = {}): Uint8Array {
  const named = Object.entries(records).map(([key, value]) => [`GNU.sparse.${key}`, value]);
  return Buffer.concat([pax(Object.fromEntries(named)), entry({ content, ...fields })]);
}

function inContent(map: string, content: string): Uint8Array {
  const padded = map.padEnd(Math.ceil(map.length / 512) * 512, '\0');
  return recorded({ major: '1', minor: '0', realsize: '100' }, padded + content);
}

/** Version 0.0: a record for each number. */
function oneByOne(numbers: readonly string[], content: string): Uint8Array {
  const lines = ['size=100', 'numblocks=2', ...numbers].map((text) => `GNU.sparse.${text}\n`);
  // The length of a record counts itself: two digits and a space.
  const body = lines.map((line) => `${line.length + 3} ${line}`).join('');
  return Buffer.concat([entry({ typeflag: 'x', content: body }), entry({ content })]);
}

describe('the map of a sparse file', () => {
  test.each([
    ['in the content', inContent('2\n0\n1\n50\n2\n', 'abc')],
    ['in the content, a hole alone', inContent('0\n', '')],
    ['in the content, of several blocks', inContent(`200\n${'0\n0\n'.repeat(199)}97\n3\n`, 'abc')],
    ['in one record', recorded({ map: '0,1,50,2', numblocks: '2', size: '100' }, 'abc')],
    ['in a record for each number', oneByOne(['offset=0', 'numbytes=1', 'offset=9', 'numbytes=2'], 'abc')],
    ['of a version that nobody knows', recorded({ major: '7', minor: '0' }, 'abc')],
  ])('%s is sound', (_name, bytes) => {
    expect(kinds(tar(bytes))).toEqual([]);
    expect(kinds(tar(bytes), 7)).toEqual([]);
  });

  test.each([
    ['without its content', inContent('1\n0\n4\n', '')],
    ['with content beyond it', inContent('1\n0\n1\n', 'abc')],
    ['of words', inContent('1\nzero\n3\n', 'abc')],
    ['with a negative number', inContent('1\n-1\n3\n', 'abc')],
    ['that lacks lines', inContent('2\n0\n3\n', 'abc')],
    ['that ends within a block', recorded({ major: '1', minor: '0', realsize: '9' }, '0\n')],
    ['with pieces out of order', inContent('2\n50\n1\n0\n2\n', 'abc')],
    ['with pieces that overlap', inContent('2\n0\n2\n1\n1\n', 'abc')],
    ['with a piece beyond the end', inContent('1\n98\n3\n', 'abc')],
    ['with a line that does not end', inContent('1'.repeat(400), 'abc')],
    ['of a size in words', recorded({ map: '0,3', numblocks: '1', size: 'many' }, 'abc')],
    ['with fewer numbers than stated', recorded({ map: '0,3', numblocks: '2', size: '100' }, 'abc')],
    ['without a count', recorded({ map: '0,3', size: '100' }, 'abc')],
    ['with lengths before offsets', oneByOne(['numbytes=1', 'offset=0', 'offset=9', 'numbytes=2'], 'abc')],
  ])('%s is one problem', (_name, bytes) => {
    expect(kinds(tar(bytes))).toEqual(['tar-sparse']);
    expect(kinds(tar(bytes), 7)).toEqual(['tar-sparse']);
  });
});
