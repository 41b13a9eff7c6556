import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TarEntry } from '../../../../helpers/archive/tar/entry.ts';
import { entryList, plainEntry } from '../../../../helpers/archive/tar/entry-list.ts';
import { createEntryPacker } from '../../../../helpers/archive/tar/entry-packer.ts';
import { toEntry } from '../../../../helpers/archive/tar/header.ts';
import { createTarScanner } from '../../../../helpers/archive/tar/scanner.ts';
import { END, entry, header, pax, tar } from './build.ts';

function scan(bytes: Uint8Array, chunkSize = bytes.length) {
  const entries: TarEntry[] = [];
  const problems: { kind: string; offset: number }[] = [];
  const packer = createEntryPacker();
  let content = '';
  const scanner = createTarScanner({
    entry(found) {
      entries.push(toEntry(found));
      packer.add(found);
    },
    content: (chunk) => {
      content += Buffer.from(chunk).toString('latin1');
    },
    problem: (kind, offset) => void problems.push({ kind, offset }),
  });
  for (let at = 0; at < bytes.length; at += chunkSize) scanner.push(bytes.subarray(at, at + chunkSize));
  const trailer = scanner.end();
  return { entries, problems, trailer, content, packed: [...entryList(packer.finish())].map(plainEntry) };
}

const kinds = (bytes: Uint8Array) => scan(bytes).problems.map(({ kind }) => kind);

describe('well-formed tars', () => {
  test('a header is read field by field', () => {
    const fields = {
      100: '0104755\0',
      108: '0001750\0',
      116: '0000144\0',
      136: '07236754562\0',
      265: 'root',
      297: 'disk',
    };
    const { entries, problems, trailer, content } = scan(
      tar(entry({ name: './bin/su', content: 'abc', fields })),
    );
    expect(problems).toEqual([]);
    expect(trailer).toEqual({ zeroBlocks: 2, trailingBytes: 0 });
    expect(content).toBe('abc');
    expect(entries).toEqual([
      {
        path: './bin/su',
        type: 'file',
        typeflag: '0',
        mode: 0o104755,
        uid: 1000,
        gid: 100,
        size: 3,
        mtime: 0o7236754562,
        uname: 'root',
        gname: 'disk',
        linkname: '',
        devmajor: 0,
        devminor: 0,
        headerOffset: 0,
        dataOffset: 512,
        format: 'ustar',
        pax: {},
      },
    ]);
  });

  test('an empty layer is two blocks of zeros', () => {
    expect(scan(END)).toMatchObject({ entries: [], problems: [], trailer: { zeroBlocks: 2 } });
  });

  test('ustar joins prefix and name, GNU does not', () => {
    const ustar = entry({ name: 'name', fields: { 345: 'some/prefix' } });
    const gnu = entry({ name: 'name', fields: { 257: 'ustar  \0', 345: '12345670123' } });
    expect(scan(tar(ustar, gnu)).entries.map(({ path, format }) => [path, format])).toEqual([
      ['some/prefix/name', 'ustar'],
      ['name', 'gnu'],
    ]);
  });

  test('pax records replace fields, and stay visible', () => {
    const path = `${'d/'.repeat(200)}é`;
    const records = {
      path,
      'SCHILY.xattr.security.capability': '\u0001\u0002',
      mtime: '981173106.789',
      uid: '3000000',
    };
    const [found] = scan(tar(pax(records), entry({ name: 'short' }))).entries;
    expect(found).toMatchObject({
      path,
      mtime: 981173106.789,
      uid: 3000000,
      format: 'pax',
      headerOffset: 0,
      dataOffset: 1536,
    });
    expect(found?.pax).toEqual(records);
  });

  test('a pax size counts over the header, and numbers beyond 8 GiB fit', () => {
    const content = 'x'.repeat(700);
    const bytes = tar(
      pax({ size: '700' }),
      entry({ content, fields: { 124: '00000000000\0' } }),
      entry({ name: 'next' }),
    );
    expect(scan(bytes).entries.map(({ path, size }) => [path, size])).toEqual([
      ['file', 700],
      ['next', 0],
    ]);
    const big = header({ fields: { 124: '\u0080\0\0\0\0\0\0\u0003\0\0\0\0' } });
    expect(scan(big).entries[0]?.size).toBe(3 * 2 ** 32);
  });

  test('GNU long names and links apply to the next entry only', () => {
    const long = 'n'.repeat(300);
    const bytes = tar(
      entry({ name: '././@LongLink', typeflag: 'L', content: `${long}\0` }),
      entry({ name: '././@LongLink', typeflag: 'K', content: 'target\0' }),
      entry({ typeflag: '2' }),
      entry({ name: 'after' }),
    );
    expect(scan(bytes).entries.map(({ path, linkname }) => [path, linkname])).toEqual([
      [long, 'target'],
      ['after', ''],
    ]);
  });

  test('a global header is an entry of its own, and changes none that follows, as in Go', () => {
    const { entries, problems } = scan(tar(pax({ comment: 'c', uid: '7' }, 'g'), entry({})));
    expect(problems).toEqual([]);
    expect(entries.map(({ type, uid }) => [type, uid])).toEqual([
      ['pax-global', 0],
      ['file', 0],
    ]);
    expect(entries[0]?.pax).toEqual({ comment: 'c', uid: '7' });
  });

  test('an empty record takes itself back: the field of the header counts', () => {
    const { entries, problems } = scan(
      tar(
        pax({ path: '', linkpath: '', size: '', uid: '', mtime: '' }),
        entry({ name: 'own', content: 'x' }),
      ),
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ path, size, uid }) => [path, size, uid])).toEqual([['own', 1, 0]]);
  });

  test('an old GNU sparse file keeps its map out of its content', () => {
    const map = new Uint8Array(512);
    const sparse = header({ typeflag: 'S', content: 'abc', fields: { 257: 'ustar  \0', 482: '\u0001' } });
    const bytes = tar(sparse, map, Buffer.from('abc'), new Uint8Array(509), entry({ name: 'next' }));
    const { entries, content } = scan(bytes);
    expect(entries.map(({ path, type }) => [path, type])).toEqual([
      ['file', 'sparse'],
      ['next', 'file'],
    ]);
    expect(content).toBe('abc');
  });

  test('directories and links have no content, whatever their size says', () => {
    const bytes = tar(
      header({ name: 'd/', typeflag: '5', fields: { 124: '00000001000\0' } }),
      entry({ name: 'next' }),
    );
    expect(scan(bytes).entries.map(({ path, size }) => [path, size])).toEqual([
      ['d/', 512],
      ['next', 0],
    ]);
  });

  test('a v7 name that ends in a slash is a directory', () => {
    const old = header({ name: 'd/', typeflag: '\0', fields: { 257: '\0'.repeat(8) } });
    expect(scan(tar(old)).entries[0]).toMatchObject({ type: 'directory', typeflag: '\0', format: 'v7' });
  });
});

describe('damage', () => {
  const good = entry({ content: 'abc' });
  const cases: readonly (readonly [string, Uint8Array, readonly string[]])[] = [
    ['no trailer', good, ['tar-trailer']],
    ['half a trailer', Buffer.concat([good, new Uint8Array(512)]), ['tar-trailer']],
    ['a cut header', Buffer.concat([good, header({}).subarray(0, 100)]), ['tar-truncated']],
    ['cut content', good.subarray(0, 514), ['tar-truncated']],
    // The content is whole: Go reads it to its end.
    ['cut padding', good.subarray(0, 600), ['tar-trailer']],
    ['an extension header without its entry', pax({ a: 'b' }), ['tar-truncated']],
    [
      'bytes in the padding',
      tar(entry({ content: 'abc', padding: Buffer.alloc(509, 'x') })),
      ['tar-padding'],
    ],
    ['garbage after the trailer', Buffer.concat([tar(good), Buffer.from('junk')]), ['tar-trailing-data']],
    ['an entry after the trailer', Buffer.concat([tar(good), tar(good)]), ['tar-trailing-data']],
    [
      'an entry after one block of zeros',
      Buffer.concat([good, new Uint8Array(512), tar(good)]),
      ['tar-trailing-data'],
    ],
    ['a wrong checksum', tar(entry({ checksum: 1 }), good), ['tar-checksum']],
    ['text', Buffer.alloc(2048, 'text'), ['tar-checksum']],
    ['letters as mode', tar(entry({ fields: { 100: 'rwxr-xr' } })), ['tar-number']],
    ['letters as size', tar(header({ fields: { 124: 'many' } })), ['tar-number']],
    ['a negative size', tar(header({ fields: { 124: '\u00ff'.repeat(12) } })), ['tar-number']],
    [
      'a size beyond 2^53',
      tar(header({ fields: { 124: `\u0080\0\0\0${'\u00ff'.repeat(8)}` } })),
      ['tar-number'],
    ],
    ['a pax number that is none', tar(pax({ size: 'NaN' }), entry({})), ['tar-number']],
    [
      'a pax record of the wrong length',
      tar(entry({ typeflag: 'x', content: '99 a=b\n' }), entry({})),
      ['tar-pax'],
    ],
    ['a pax record without a key', tar(entry({ typeflag: 'x', content: '5 =b\n' }), entry({})), ['tar-pax']],
  ];

  test.each(cases)('%s is one problem', (_name, bytes, expected) => {
    expect(kinds(bytes)).toEqual(expected);
  });

  test('a problem says where it is', () => {
    const bytes = tar(good, entry({ checksum: 1 }));
    expect(scan(bytes).problems).toEqual([{ kind: 'tar-checksum', offset: 1024 }]);
  });

  test('a wrong checksum does not hide the entry', () => {
    expect(scan(tar(entry({ name: 'kept', checksum: 1 }))).entries[0]?.path).toBe('kept');
  });

  test('zero padding after the trailer is counted', () => {
    expect(scan(Buffer.concat([tar(good), new Uint8Array(8192)])).trailer).toEqual({
      zeroBlocks: 18,
      trailingBytes: 0,
    });
  });
});

describe('properties', () => {
  const block = fc.oneof(
    fc.constant(new Uint8Array(512)),
    fc.uint8Array({ minLength: 1, maxLength: 600 }),
    fc
      .record({
        name: fc.string({ maxLength: 120 }),
        typeflag: fc.constantFrom('0', '1', '2', '5', 'x', 'g', 'L', 'K', 'S', '\0', '\u00ff'),
        content: fc.string({ maxLength: 700 }),
        fields: fc.dictionary(
          fc.constantFrom('100', '108', '124', '136', '257', '329', '345', '482'),
          fc.string({ maxLength: 12 }),
        ),
      })
      .map(({ name, typeflag, content, fields }) =>
        entry({ name: name.slice(0, 100), typeflag, content, fields }),
      ),
  );
  const anyTar = fc.array(block, { maxLength: 8 }).map((blocks) => Buffer.concat(blocks));

  test('any bytes are read the same way in any pieces, without an exception', () => {
    fc.assert(
      fc.property(anyTar, fc.integer({ min: 1, max: 1000 }), (bytes, chunkSize) => {
        expect(scan(bytes, chunkSize)).toEqual(scan(bytes));
      }),
      { numRuns: 300 },
    );
  });

  test('packed entries say what the headers say', () => {
    fc.assert(
      fc.property(anyTar, (bytes) => {
        const { entries, packed } = scan(bytes);
        expect(packed).toEqual(entries);
      }),
      { numRuns: 300 },
    );
  });
});
