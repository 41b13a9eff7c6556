import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../../helpers/requirements/check.ts';
import { ARCHIVES } from './provenance.ts';

const hello = readFileSync(join(ARCHIVES, 'docker-28.5.2-overlay2-buildkit/hello.tar'));

async function problemsOf(bytes: Uint8Array) {
  const { problems } = await readArchiveBytes(bytes);
  return problems.map(({ kind }) => kind);
}

describe('damage around a whole archive is one problem', () => {
  test('an empty file is empty, and not also cut off', async () => {
    expect(await problemsOf(new Uint8Array(0))).toEqual(['empty-archive']);
  });

  test.each([
    ['xz', 'compression-damaged', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
    ['bzip2', 'compression-damaged', [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26]],
  ])('what starts like %s is no empty archive, but %s', async (_, kind, magic) => {
    expect(await problemsOf(Uint8Array.from([...magic, ...hello.subarray(0, 1000)]))).toEqual([kind]);
  });

  test('a gzip stream that ends early is not also a tar that ends early', async () => {
    const compressed = gzipSync(hello);
    expect(await problemsOf(compressed.subarray(0, compressed.length - 400))).toContain(
      'compression-damaged',
    );
    expect(await problemsOf(compressed.subarray(0, compressed.length - 400))).not.toContain('tar-truncated');
  });

  test('a zstd stream that ends early is not also an empty archive', async () => {
    const compressed = readFileSync(join(ARCHIVES, 'docker-28.5.2-overlay2-buildkit/hello.tar.zst'));
    expect(await problemsOf(compressed.subarray(0, 900))).toEqual(['compression-damaged']);
  });

  test('a compressed empty file is an archive without members', async () => {
    expect(await problemsOf(gzipSync(new Uint8Array(0)))).toEqual(['empty-archive']);
  });
});

describe('nobody looks for an image in what cannot be read', () => {
  test.each([
    ['compression.sound', Buffer.from('BZh91AY&SY')],
    ['compression.sound', gzipSync(hello).subarray(0, 20)],
    ['archive.not-empty', new Uint8Array(0)],
    ['archive.is-tar', Buffer.from('no archive at all '.repeat(100))],
  ])('%s is the one finding', async (id, bytes) => {
    const outcomes = checkArchive(await readArchiveBytes(bytes), ARCHIVE_REQUIREMENTS);
    expect(outcomes.filter(({ findings }) => findings.length > 0).map((outcome) => outcome.id)).toEqual([id]);
  });
});

describe('what real images hold is no bomb', () => {
  test('a preallocated file of 200 MiB', async () => {
    const zeros = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 1 });
    expect(await problemsOf(zeros)).not.toContain('limit-expansion');
  }, 60_000);
});
