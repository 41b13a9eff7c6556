import { describe, expect, test } from 'vitest';
import { MAX_XZ_DICTIONARY } from '../../../helpers/archive/limits.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchiveBytes, UnreadableError } from '../../../helpers/archive/read-archive.ts';
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
/** The same as the archive below, by `xz --check=sha256`: in one block, in blocks of 1,500 bytes, in two streams with padding. */
const SHA256 = {
  one: Buffer.from(
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4BX/AUJdADGbyhiH//abAJxwu1wC7P3XVRBuQtNBNy4XEKTq5d1TGp4PJKmMRwQxteQbJJT8WkZUTQ' +
      '/IAwv9aWeciHHSg7xbsoudiooNi2aGXfyssIM6NvCGqyeBH9ob9s87luW7swXz1PL8rW03v9b0Pv1cQ7jvrrnZbwcZKgjxXCItkBYNg+fKCktW' +
      'zOBQ830qQj8STA+L55vvR75XnJB3mYmsiJDRrNwlipfyRjn4p+IrsKoDUbuYrB2e3ienipXWlNfqiurFqRMoPI0QlEiwJ94UcqThSOmeTa41xn' +
      'f+zWzWfouJ+JahwkfADdop1ecKeWPLdZ5vhCuPACCS3/d2SLyKv5lYIjV+obpAW4WkoYtjiGgIN0JMvjvJBhjt6430hNM025WlyZHYk1LerCV+' +
      'I07QJxmJdAuHaBGXs9jaXyOZ+CDcyAAAAABXOClrEKHXXYpQVMrdVJ1c72vqPHI3vA5yNo6aPRhKNQAB9gKALAAABnRQprbp3xwCAAAAAApZWg' +
      '==',
    'base64',
  ),
  blocks: Buffer.from(
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AXbANddADGbyhiH//abAJxwu1wC7P3XVRBuQtNBNy4XEKTq5d1TGp4PJKmMRwQxteQbJJT8WkZUTQ' +
      '/IAwv9aWeciHHSg7xbsoudiooNi2aGXfyssIM6NvCGqyeBH9ob9s87luW7swXz1PL8rW03v9b0Pv1cQ7jvrrnZbwcZKgjxXCItkBYNg+fKCktW' +
      'zOBQ830qQj8STA+L55vvR75XnJB3mYmsiJDRrNwlipfyRjn4p+IrsKoDUbuYrB2e3ienipXWlNfqiurFqRMoPI0QlEiwJ94UcqThSOfdLhgAAA' +
      'DhWSqUo+tTOFmW76y8zVt/lVA0rP1iqZ8Q5RoE+i5YUAIAIQEWAAAAdC/lo+AF2wBDXQAAbiCvqPsSLIAYb+E6DqxXcvFjf4AAqF5kP6Q8zkQj' +
      'hVrNgDcqYIYyXOXGnc4EciVX7rfqU5gXMcq47DAlDc7EVP7AAABeDrKKPHoQeHMQQeTPt8sCG/iDT9cx5K5j5pOddpjkmgIAIQEWAAAAdC/lo+' +
      'AF2wCAXQAAb/3//3Yp9b80Ihn29pCRZAgWvI1wljqTZF1kKd5YVloxf/+dKzEeWwGxUDdIcxoCwz72lmSah1m/0WGi6zPNpqrOdbWTOk0p9Q7b' +
      'NCkBFsVVbvQ0Zf8cmafTJVeqiHzjkXwE+aDxDG8vaSNv1CRI4P6xnE65xege7BDHXpvJAAATm8BtdV8kHV8T6Ods+PnkNq7WNMt+sklm49WN2m' +
      '4cFgIAIQEWAAAAdC/lo+AEawANXQAAb/3//6O3/zbYEZYAAAAAAImfDv5G5NUO5j41DWr9PFUTXgxWJ46E83UtbLPlSmjIAASLAtwLd9wLtAHc' +
      'C0HsCKv+oQKrCobKBAAAAAAKWVo=',
    'base64',
  ),
  streams: Buffer.from(
    '/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4Av/APZdADGbyhiH//abAJxwu1wC7P3XVRBuQtNBNy4XEKTq5d1TGp4PJKmMRwQxteQbJJT8WkZUTQ' +
      '/IAwv9aWeciHHSg7xbsoudiooNi2aGXfyssIM6NvCGqyeBH9ob9s87luW7swXz1PL8rW03v9b0Pv1cQ7jvrrnZbwcZKgjxXCItkBYNg+fKCktW' +
      'zOBQ830qQj8STA+L55vvR75XnJB3mYmsiJDRrNwlipfyRjn4p+IrsKoDUbuYrB2e3ienipXWlNfqiurFqRMoPI0QlEiwJ94UcqThSOmeTa41xn' +
      'f+zWzWfouJ+JahwkfADdop1ecKeWPLdZ5uTYyCIAAAAHihHgxsd9fxWHwCgd6M92h322fPYaAcWvGNrxuWAnbIAAGqAoAYAADG8X7+tunfHAIA' +
      'AAAACllaAAAAAAAAAAD9N3pYWgAACuH7DKECACEBFgAAAHQv5aPgCf8AhF0AAG/9/rU+MwzcruhpOMrx7XOAE7HWncyaQ/vAafK2WY+gQGqOIO' +
      'WD+GcD+qqwB555NuLxslAV1fv7G7d8VXemP+ymQlktVKTFr/OVz2tZGaD2GJdGJXpwK7txhIsCfpvnY4M9EgA0ObvQ5QFXkHWGFs85MH4GVdMN' +
      'cnarW3crHccn2vwAAB29/phi8c+CdMmaFsuNV8rVnrNsO0jr8gCGU58dWoAlAAG4AYAUAADi0dr+tunfHAIAAAAAClla',
    'base64',
  ),
};
/** By `xz --x86 --lzma2`. */
const FILTERED = Buffer.from(
  '/Td6WFoAAATm1rRGAgEEACEBFgANhjUf4BX/AUJdADGbyhiH//abAJxwu1wC7P3XVRBuQtNBNy4XEKTq5d1TGp4PJKmMRwQxteQbJJT8WkZUTQ' +
    '/IAwv9aWeciHHSg7xbsoudiooNi2aGXfyssIM6NvCGqyeBH9ob9s87luW7swXz1PL8rW03v9b0Pv1cQ7jvrrnZbwcZKgjxXCItkBYNg+fKCktW' +
    'zOBQ830qQj8STA+L55vvR75XnJB3mYmsiJDRrNwlipfyRjn4p+IrsKoDUbuYrB2e3ienipXWlNfqiurFqRMoPI0QlEiwJ94UcqThSOmeTa41xn' +
    'f+zWzWfouJ+JahwkfADdop1ecKeWPLdZ5vhCuPACCS3/d2SLyKv5lYIjV+obpAW4WkoYtjiGgIN0JMvjvJBhjt6430hNM025WlyZHYk1LerCV+' +
    'I07QJxmJdAuHaBGXs9jaXyOZ+CDcyAAAAABeV8LEarUCpQAB3gKALAAAXfOvTbHEZ/sCAAAAAARZWg==',
  'base64',
);

const kinds = ({ problems }: Archive) => problems.map(({ kind }) => kind);
function changed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8((copy.at(at) ?? 0) ^ 1, at < 0 ? copy.length + at : at);
  return copy;
}

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
    ['SHA-256', SHA256.one],
    ['SHA-256 of several blocks', SHA256.blocks],
    ['SHA-256 in two streams', SHA256.streams],
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
    ['with a filter of programs', FILTERED, 'compression-unsupported'],
    ['with CRC32 where SHA-256 is stated', xz(ARCHIVE, { check: 0x0a }), 'compression-damaged'],
    ['cut, with SHA-256', SHA256.one.subarray(0, 200), 'compression-damaged'],
    ['with another SHA-256', changed(SHA256.one, -70), 'compression-damaged'],
    ['with another SHA-256 in the last block', changed(SHA256.blocks, -70), 'compression-damaged'],
    ['with SHA-256 and another byte', changed(SHA256.one, 100), 'compression-damaged'],
    ['with SHA-256 and another index', changed(SHA256.blocks, -40), 'compression-damaged'],
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

  test('what it unpacks to has a budget of its own, whatever the size of the archive; nothing is judged beyond it', async () => {
    await expect(readArchiveBytes(xz(ARCHIVE), { limits: { xzBytes: ARCHIVE.length - 1 } })).rejects.toThrow(
      `compressed with xz, which is slow to unpack, and the budget for it ends at ${ARCHIVE.length - 1} bytes`,
    );
    const fits = { xzBytes: ARCHIVE.length };
    expect(kinds(await readArchiveBytes(xz(ARCHIVE), { limits: fits }))).toEqual([]);
  });

  test('chunks of one byte under SHA-256 end at the budget, too', async () => {
    const content = ARCHIVE.subarray(0, 20_000);
    const limits = { xzBytes: 4 * content.length };
    const stored = xz(content, { check: 0x0a, chunk: 1 });
    await expect(readArchiveBytes(stored, { limits })).rejects.toBeInstanceOf(UnreadableError);
    // The same content in large chunks fits: what is wrong with it is its checksum.
    expect(kinds(await readArchiveBytes(xz(content, { check: 0x0a }), { limits }))).toEqual([
      'compression-damaged',
    ]);
  });
});
