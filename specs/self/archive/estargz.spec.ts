import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { dockerArchive, LAYER } from './build.ts';
import { type BuiltEntry, entry, tar } from './tar/build.ts';

const BUILT: BuiltEntry = { name: 'stargz.index.json', content: '{"version":1,"entries":[]}' };
const INDEX = entry(BUILT);
const BODY = gzipSync(LAYER);

/** The last 51 bytes of an eStargz blob, by docs/estargz.md of stargz-snapshotter. */
function footer(offset: number): Buffer {
  const field = Buffer.from(`${offset.toString(16).padStart(16, '0')}STARGZ`);
  return Buffer.concat([
    Buffer.from('1f8b08040000000000ff1a0053471600', 'hex'),
    field,
    Buffer.from('010000ffff0000000000000000', 'hex'),
  ]);
}

/** A layer whose tar ends, with an index behind it, as BuildKit writes it when it keeps the diffID. */
function estargz(index: Uint8Array, end = footer(BODY.length)): Buffer {
  return Buffer.concat([BODY, gzipSync(index), end]);
}

async function problemsOf(layer: Uint8Array) {
  const { problems } = await readArchiveBytes(dockerArchive([layer]));
  return problems.map(({ kind }) => kind);
}

describe('the index of an eStargz layer behind the end of its tar', () => {
  test('its footer has the size that the format states', () => {
    expect(footer(0)).toHaveLength(51);
  });

  test.each([
    ['with an end of its own', tar(INDEX)],
    ['alone', INDEX],
  ])('%s is no trailing data', async (_, index) => {
    expect(await problemsOf(estargz(index))).toEqual([]);
  });

  test.each<[string, Uint8Array]>([
    ['another name', estargz(tar(entry({ ...BUILT, name: 'index.json' })))],
    ['a link', estargz(tar(entry({ ...BUILT, typeflag: '2' })))],
    ['another checksum', estargz(tar(entry({ ...BUILT, checksum: 1 })))],
    ['an entry after it', estargz(tar(INDEX, entry({ name: 'more', content: 'x' })))],
    ['no footer', Buffer.concat([BODY, gzipSync(tar(INDEX))])],
    ['a footer that leads elsewhere', estargz(tar(INDEX), footer(BODY.length + 1))],
    ['a footer that leads behind the blob', estargz(tar(INDEX), footer(2 ** 40))],
  ])('%s: it is', async (_, layer) => {
    expect(await problemsOf(layer)).toEqual(['tar-trailing-data']);
  });
});
