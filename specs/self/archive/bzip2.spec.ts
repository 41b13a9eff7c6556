import { describe, expect, test } from 'vitest';
import { budgetLimits, createBudget } from '../../../helpers/archive/budget.ts';
import { memorySource } from '../../../helpers/archive/byte-source.ts';
import { createBzip2Splitter } from '../../../helpers/archive/bzip2/blocks.ts';
import { expandBzip2 } from '../../../helpers/archive/bzip2/expand-bzip2.ts';
import { DEFAULT_LIMITS, LEAST_BZIP2_BLOCK } from '../../../helpers/archive/limits.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchiveBytes, UnreadableError } from '../../../helpers/archive/read-archive.ts';
import { createSlowMeter } from '../../../helpers/archive/slow-codecs.ts';
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
/** A line of text, 1500000 bytes of it, in blocks of 100,000 bytes that begin at every bit of a byte. */
const TEXT = { line: 'The same line, again and again.\n', size: 1500000 };
const BLOCKS = bytes(
  'QlpoMTFBWSZTWUteV64AMNFTgAAQQAUEACbnCAAwAPgCmAACmAAApUSbUD1PU6JQXRKC0SgvxKC9KoiMEoLHZKC0JQXsSguSUFklBdkoLklBbkoL' +
    'MlBbEoLclBYEoLklBakoLMlBcEoLBKCxJQWZKC/mKCskymsq6aUtIAVW+nAAAggAoIAE3OEABgAfAFMAAFMAABSopp6IZqeiUFriSgsEoLySguio' +
    'iOskoLRKC5SUF8iUFslBZkoLiSgtkoLslBZJQXMSguyUFiJQWyUFolBZJQW4lBYkoLBKCySgv5igrJMprK5Br9QAPQXpwAAIIAKCABNzhAAYAHwB' +
    'TAABTAAAUqFGgempqSgtEoLolBdkoL3KiIxJQXmSguhKC+RKC5JQWSUF4JQXCUFuSgskoLZKC1glBbkoLESguEoLolBZkoLkSgsEoLBKCzJQX8xQ' +
    'VkmU1mLzlKoAGGi04AAEEAFBAAm5wgAMAD4ApgAApgAAKVEj1A9NTolBdEoLRKCx2SgvaqIjBKC8koLUSgvkSguEoLJKC8SUFwlBbJQWZKC3EoLZ' +
    'KCxEoLklBakoLJKC4JQWCUFhSgskoL+YoKyTKay0ErhGAAw0qcAACCACggATc4QAGAB8AUwAAUwAAFKiR6jTGpxJQXBKC1JQXhKC19KiIzJQWpKC' +
    '+RKC5iUFslBZkoL1JQWyUF2SgskoLuJQXJKCxEoLZKC0SgskoLcSgsSUFglBZJQX8xQVkmU1k6RgqLAIAl04AAEEAFBAAm5wgAMAD4ApgAApgAAK' +
    'VEmRo9NTglBcEoLolBeEoL5VREYJQXJKC6EoLsSgtyUFklBeiUFuSgtSUFmSgtCUF90SgsiUFuSgvclBZkoLYlBYJQWJKCzJQX8xQVkmU1kxWYYd' +
    'AAw004AAEEAFBAAm5wgAMAD4ApgAApgAAKVFNPUD01PBKC10SgveSUF3JQXwqIjBKC0SgvSSgvMSguEoLMlBdSUFwlBbJQWSUFtJQWyUFiJQXCUF' +
    'olBZJQXIlBYkoLBKCySgv5igrJMprIjcs4KAJJ0pwAAIIAKCABNzhAAYAHwBTAABTAAAUqFMgep6mpKC0SguyUF+JQXqVERiSgupKC7EoL2SgvGC' +
    'UFySgtEoLolBcJQW5KCySgs7EoLclBYiUFwlBdkoLMlBciUFglBYJQWZKC/mKCskymsxyMAg4APQanAAAggAoIAE3OEABgAfAFMAAFMAABSoieoH' +
    'qep0Sgv3clBeSUFklBeiUFrESgskoLRKC6iUF7iUFwlBZJQXZKC4SgtkoLMlBbiUFslBYiUFySgtSUFklBciUFglBYkoLJKC/mKCskymswO+x54A' +
    'txKnAAAggAoIAE3OEABgAfAFMAAFMAABSok2oManElBcEoLUlBeEoL4VERiSguZKC1EoL7EoLZKCySguuZKC2SgskoLJKC7iUF3JQWIlBbJQWiUF' +
    'klBbiUFiSgsEoLJKC/mKCskyms5h02eoAz3qnAAAggAoIAE3OEABgAfAFMAAFMAABSoUyB6nqaJQWiUF2SgvxKCz6qoiMkoLolBdiUF7EoLklBZJ' +
    'QXglBckoLOyUFqSgtiUFslBYEoLklBdSUFmSguCUFglBYkoLMlBfzFBWSZTWYW+WcgAPQZTgAAQQAUEACbnCAAwAPgCmAACmAAApSUZGjT1PBKC5' +
    '8koLCUF+koL2VERhKC4JQXXqSgusJQWolBbJQWpKC4koLZKC7JQWiUFykoLslBZEoLZKC5JQWiUFuJQWSUFhKC0Sgv5igrJMprIX/yI4ASTppwAA' +
    'IIAKCABNzhAAYAHwBTAABTAAAUqJMjJ6nqcSUFwSguiUF+JQXxVERiSguZKC6EoLsSgtyUFklBeiUFuSgtSUFklBaEoLUlBYEoLnZKCwSgsyUFuJ' +
    'QWCUFglBZkoL+YoKyTKayPpDmFgE9UqcAACCACggATc4QAGAB8AUwAAUwAAFKiR6gemp0SgupKC0Sgu5KC9yoiMEoLySgtRKC+RKCxwlBYJQXglB' +
    'cJQWyUFmSgtxKC2SgsRKC5JQWiUFmSguRKCwSgsSUFklBfzFBWSZTWWule54AsPhTgAAQQAUEACbnCAAwAPgCmAACmAAApUSPUD01OpKC6JQWpKC' +
    '7JQXsqIjElBeZKC1EoL5EoLhKCySgvElBcJQWyUFklBY3EoLclBYiUFwlBaJQWSUFyJQX7JKCySguiUF/MUFZJlNZl04dRwAAGtOAABBABQQAJuc' +
    'IACAAcFMAABSokeoHpqdR1Go7j3DziMxkaR8RyMx4jkbGY2jYwjkajMcRiMRmP4u5IpwoSB4fL5U',
);
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
    const limits = { freeExpansion: 30_000_000, expansionRatio: 0, bzip2Bytes: 100_000_000 };
    expect(kinds(await readArchiveBytes(bomb, { limits }))).toEqual(['limit-expansion']);
  });

  test('blocks are found at every bit of a byte', async () => {
    const content: Uint8Array[] = [];
    const region = { source: memorySource(BLOCKS), offset: 0, size: BLOCKS.length };
    const budget = createBudget(budgetLimits(DEFAULT_LIMITS, BLOCKS.length));
    const meter = createSlowMeter('bzip2', DEFAULT_LIMITS);
    expect(await expandBzip2(region, budget, meter, (chunk) => content.push(Uint8Array.from(chunk)))).toEqual(
      {},
    );
    const lines = TEXT.line.repeat(Math.ceil(TEXT.size / TEXT.line.length)).slice(0, TEXT.size);
    expect(Buffer.concat(content).toString() === lines).toBe(true);
  });

  test('what it unpacks to has a budget of its own, whatever the size of the archive; nothing is judged beyond it', async () => {
    const bomb = Buffer.concat(Array.from({ length: 1000 }, () => ZEROS));
    await expect(readArchiveBytes(bomb)).rejects.toThrow(
      `compressed with bzip2, which is slow to unpack, and the budget for it ends at ${DEFAULT_LIMITS.bzip2Bytes} bytes`,
    );
    await expect(
      readArchiveBytes(ONE, { limits: { bzip2Bytes: LEAST_BZIP2_BLOCK - 1 } }),
    ).rejects.toBeInstanceOf(UnreadableError);
    const fits = { bzip2Bytes: LEAST_BZIP2_BLOCK };
    expect(kinds(await readArchiveBytes(ONE, { limits: fits }))).toEqual([]);
  });

  test('millions of blocks of almost nothing end at the budget', async () => {
    const fits = { bzip2Bytes: 2 * LEAST_BZIP2_BLOCK };
    expect(kinds(await readArchiveBytes(Buffer.concat([FIRST, SECOND]), { limits: fits }))).toEqual([]);
    await expect(
      readArchiveBytes(Buffer.concat([FIRST, SECOND, SECOND]), { limits: fits }),
    ).rejects.toBeInstanceOf(UnreadableError);
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
