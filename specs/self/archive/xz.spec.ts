import { describe, expect, test } from 'vitest';
import { MAX_XZ_DICTIONARY } from '../../../helpers/archive/limits.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../helpers/requirements/check.ts';
import { dockerArchive, LAYER } from './build.ts';
import { crc32, xz } from './xz-build.ts';

/** A docker archive as `xz` 5.4 compresses it. */
const COMPRESSED = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4BX/AXZdABpg1GQzXkN2k0bIaiJWYPkYM3qPyhzZj01XCpk/fvuBoLFIvsTbk7v5' +
    'P2oks51btZgLWSuhpyM6tH4vLb1rAvZdHmjU8imzEFpw0/RSGRyG7OEO3DV3I01E6dpCnl5ylNKb8XnrSOu/O5sxu8TsP+du' +
    'ms44ws3WNuqkAO2Q7DyjAZC/AjAPw5e5dkI98M/msFYoAGxjCNKcaLoRKO/pSHGG+7zMqL77Pska1/f4adEuKsvQf+Q/doTR' +
    'G5hdW4up/Uoh0xnDbmmEnOztOrynQJNEY2bBVW8//7i8k+9/VVn8UCQrUjybA9JwcYyDhTS/qvBS/LSBq1GUY3TDmRqxt9ZK' +
    'NYQkBQRmUrytkmUdHhFBd2HRnEAxyeKy8x26ZzAyh/UowBpbyEbkNlDJ+7L+JnQAim3sebtimVwMrIeB4MVGp6f+6UlDQGE6' +
    'uRnlMXhoSLlT15dRh5x5nzGSGyR4kjbodMKu34cFVu/OU22epPk/weZJhH9oAAAAOwF3NH6pjJAAAZIDgCwAAPoQVQixxGf7' +
    'AgAAAAAEWVo=',
  'base64',
);
const ARCHIVE = dockerArchive([LAYER]);
const kinds = ({ problems }: Archive) => problems.map(({ kind }) => kind);
const tight: Partial<ReadLimits> = { freeExpansion: ARCHIVE.length - 1, expansionRatio: 0 };

describe('an archive that is compressed as a whole with xz', () => {
  test('conforms, and says its compression', async () => {
    const archive = await readArchiveBytes(COMPRESSED);
    expect(archive.compression).toBe('xz');
    const broken = checkArchive(archive, ARCHIVE_REQUIREMENTS).filter(({ status }) => status === 'fail');
    expect(broken).toEqual([]);
    expect(archive.dockerImages.length + archive.ociImages.length).toBeGreaterThan(0);
  });

  test.each<[string, Uint8Array]>([
    ['one stream', xz(ARCHIVE)],
    ['two streams', Buffer.concat([xz(ARCHIVE.subarray(0, 1000)), xz(ARCHIVE.subarray(1000))])],
    ['the largest dictionary that is read', xz(ARCHIVE, { dictionary: 28 })],
  ])('%s: reads as the same archive as without', async (_, bytes) => {
    const archive = await readArchiveBytes(bytes);
    expect(kinds(archive)).toEqual([]);
    const plain = await readArchiveBytes(ARCHIVE);
    expect(archive.members).toEqual(plain.members);
    expect([...archive.layers.values()].map(({ diffId }) => diffId)).toEqual(
      [...plain.layers.values()].map(({ diffId }) => diffId),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['cut', xz(ARCHIVE).subarray(0, 600), 'compression-damaged'],
    ['with another checksum', xz(ARCHIVE, { crc: (bytes) => crc32(bytes) ^ 1 }), 'compression-damaged'],
    ['with SHA-256', xz(ARCHIVE, { check: 0x0a }), 'compression-unsupported'],
    ['with text behind it', Buffer.concat([xz(ARCHIVE), Buffer.from('text')]), 'compression-damaged'],
    ['of a dictionary of 96 MiB', xz(ARCHIVE, { dictionary: 29 }), 'limit-expansion'],
  ])('%s: is one problem', async (_, bytes, kind) => {
    expect(kinds(await readArchiveBytes(bytes))).toEqual([kind]);
  });

  test('a dictionary beyond the budget is told with the budget', async () => {
    const { problems } = await readArchiveBytes(xz(ARCHIVE, { dictionary: 39 }));
    expect(problems[0]?.actual).toContain(String(MAX_XZ_DICTIONARY));
  });

  test('what it expands to counts in the budget of the archive', async () => {
    expect(kinds(await readArchiveBytes(xz(ARCHIVE), { limits: tight }))).toEqual(['limit-expansion']);
    const fits = { freeExpansion: 2 * ARCHIVE.length, expansionRatio: 0 };
    expect(kinds(await readArchiveBytes(xz(ARCHIVE), { limits: fits }))).toEqual([]);
  });
});
