import { describe, expect, test } from 'vitest';
import { createBzip2Splitter } from '../../../helpers/archive/bzip2/blocks.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { dockerArchive, LAYER } from './build.ts';

const bytes = (text: string) => Buffer.from(text, 'base64');
/** A docker archive as `bzip2` 1.0.8 compresses it; and in two parts, each for itself, as pbzip2 writes it. */
const ONE = bytes(
  'QlpoOTFBWSZTWTxpV4kAAOHfiM2QUAd/8AgEHor/995qAAgICDABOMxhpJo0GiekyMEyGgGgNBtI9QaU9GkZJ6TagAaNAaANAAEoSRpoA00aBoAG' +
    'ho00DQmnWi2H4UKWDZZZCsCCRYX47ARhaAc9ia8DggEEUAoYLvmD3N2V5CnISXb0uuqtVzDDOjkB8yWSEhkBg0qghoMAMghEoIceCy1AQinXLMx1' +
    'aF3zLVMph1UhjGptZHOQdoMwGuYt7kDkdmjVM2OqI1VwApR0kskTwgZXB8rVWVtQ6AFwMimxRFdL9vQp0AV6liReZdoJpZeX4807RxuY9Ymul1xb' +
    '31CpRgwCdxSZm0i8qEnKzxWLcXrICrkWR5ipDgwi2AjKbFEZYxipL9MKQRgZjhwhF7UkaGE68AvJKYA0kKjv0MAngPlAMuq67AaUA/i7kinChIHj' +
    'SrxI',
);
const FIRST = bytes(
  'QlpoMTFBWSZTWYCD4VsAAJ5bgM2QUAd38AKK//feaggoMAD5msRQ9QGhoA0AAAAAQg0BMRGmg0AaNGhoHqDakSGjR6j1DQANAGmgaFPWqB+YatlN' +
    'aQGOxPbJyZD5Ml8cSgMkVOPMvvonl3XXmcmVD85GmENA42MklqiOSSiwFC3yAbsNF6OrASYH1ke60C4tLmpchdtMLiTBrwcTta0Rau46MKh2Kcx7' +
    'DQAgVhVB7USS0j2jUYIjWeCBo70tV0ADYgpxXEBCj43Rnk1+Ve0yuB6AsrOvk3gIOXwTdxrRt9C+BgSCe8IICFGdirGADTTJClRoKaxxlAZNilmW' +
    'Y2ORSBs3D9PSkv4u5IpwoSEBB8K2',
);
const SECOND = bytes(
  'QlpoMTFBWSZTWRbfXQMAAATfiMyAUAdtEAgEHAprt94qAAgICCAAchqmmg0GgADRoGhpkEpqU2oPU9Jo9R6nqDRoAaNOkMEgp+c9hkmCzzqzEowy' +
    'AyBZ7vR9kTjbRSnV8hXtQ1LHDFrmIkat022YjHXcmHe8phg8eut8i/s/lo9WkEFDpQoQnpAgZuPF/PggTswFaYHaYKVO4B+LuSKcKEgLb66BgA==',
);
/** 45 MB of zeros. */
const ZEROS = bytes('QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=');
/** Nothing at all. */
const EMPTY = bytes('QlpoORdyRThQkAAAAAA=');

const ARCHIVE = dockerArchive([LAYER]);
const kinds = ({ problems }: Archive) => problems.map(({ kind }) => kind);
const changed = (at: number) => {
  const copy = Buffer.from(ONE);
  copy[at < 0 ? copy.length + at : at] = (copy.at(at) ?? 0) ^ 4;
  return copy;
};

describe('an archive that is compressed as a whole with bzip2', () => {
  test.each<[string, Uint8Array]>([
    ['one stream', ONE],
    ['two streams', Buffer.concat([FIRST, SECOND])],
    ['a stream of nothing between them', Buffer.concat([FIRST, EMPTY, SECOND])],
  ])('%s: reads as the same archive as without', async (_, compressed) => {
    const archive = await readArchiveBytes(compressed);
    expect([archive.compression, kinds(archive)]).toEqual(['bzip2', []]);
    const plain = await readArchiveBytes(ARCHIVE);
    expect(archive.members).toEqual(plain.members);
    expect([...archive.layers.values()].map(({ diffId }) => diffId)).toEqual(
      [...plain.layers.values()].map(({ diffId }) => diffId),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['cut in a block', ONE.subarray(0, 200), 'compression-damaged'],
    ['cut in its checksum', ONE.subarray(0, -1), 'compression-damaged'],
    ['cut in the second stream', Buffer.concat([FIRST, SECOND.subarray(0, 20)]), 'compression-damaged'],
    ['with another byte', changed(100), 'compression-damaged'],
    ['with another checksum', changed(-3), 'compression-damaged'],
    ['without a block', Buffer.concat([ONE.subarray(0, 4), Buffer.alloc(100)]), 'compression-damaged'],
    ['with text behind it', Buffer.concat([ONE, Buffer.from('text')]), 'compression-trailing-data'],
    ['with half a header behind it', Buffer.concat([ONE, Buffer.from('BZ')]), 'compression-trailing-data'],
    ['of nothing', EMPTY, 'empty-archive'],
  ])('%s: is one problem', async (_, compressed, kind) => {
    expect(kinds(await readArchiveBytes(compressed))).toEqual([kind]);
  });

  test('what it expands to counts in the budget of the archive', async () => {
    const tight: Partial<ReadLimits> = { freeExpansion: ARCHIVE.length - 1, expansionRatio: 0 };
    expect(kinds(await readArchiveBytes(ONE, { limits: tight }))).toEqual(['limit-expansion']);
    const fits = { freeExpansion: 2 * ARCHIVE.length, expansionRatio: 0 };
    expect(kinds(await readArchiveBytes(ONE, { limits: fits }))).toEqual([]);
  });

  test('a bomb ends at the budget', async () => {
    const bomb = Buffer.concat(Array.from({ length: 1000 }, () => ZEROS));
    const limits = { freeExpansion: 100_000_000, expansionRatio: 0 };
    expect(kinds(await readArchiveBytes(bomb, { limits }))).toEqual(['limit-expansion']);
  });

  test('the decoder leaves no handlers in the process', async () => {
    const count = () =>
      ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
    const before = count();
    await readArchiveBytes(ONE);
    expect(count()).toEqual(before);
  });
});

test('a block that never ends takes no more memory than a block may have', () => {
  const splitter = createBzip2Splitter(() => {});
  splitter.push(ONE.subarray(0, 20));
  for (let count = 0; count < 100; count++) splitter.push(Buffer.alloc(64 * 1024));
  expect(splitter.end()).toEqual({ damaged: 'a block that is longer than any' });
});
