import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MAX_ZSTD_WINDOW } from '../../../helpers/archive/limits.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { dockerArchive, LAYER } from './build.ts';
import { entry, tar } from './tar/build.ts';

const MIB = 1024 ** 2;

/** Bytes without a pattern, the same each time. */
function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return state & 0xff;
    }),
  );
}

/** Two equal files 20 MiB apart, so that the second is a match in a window of more than 16 MiB. */
const FAR_APART = tar(
  entry({ name: 'a', content: noise(300) }),
  entry({ name: 'zeros', content: Buffer.alloc(20 * MIB) }),
  entry({ name: 'b', content: noise(300) }),
);

/** The same as zstd 1.5.4 compresses it with `-19 --ultra --long=27`. */
const COMPRESSED = [
  'KLUv/aQADkAB9AsARBVhADA2NDQAMDA0NTYxMTMAIDAAAHVzdGFyADAwAI/iRn3xI1FZw38jb6tNqQMpMo/P5GGEV7lUOnSTG4XUm744',
  '1wQtw6GWtisR0AejkJ3cCdwVA+CHpFuDjd7Rp/+UnRJXgVxsZP4PfXAjkO9+kbzXgsgMiU/yopPCMOJ6eZcWYNMjIxNd3WTkD/whNfkN',
  'I0/QL1UYaxpSjC/0eJNcZHT0gXm+9KpqzAT+q2MTctpSin71ltqi8surhJc/xcdjS37ic4Ou7yEgF/vyI2SRT53rQTPZmcQXG+Ve1dic',
  'RHVL7/ebhm5pRqI3IkX2IR0UqHRpCqEeDrHCP6QCjMxVCRB9qYZKYz/VLVh2GxUgpQ8V837OZ0ok4oVgXRzeiwF1Gv2JG5/P7vGrNKSd',
  'dbhPfqJa8h+jQu2XejTTKS//9shsnAKLLZH0zyA0hQB6ZXJvczEyNzAyDiBAZ0J3A/35OSCrRhiccdgOINVaoKg5F+o8z1s2+BhGBA4K',
  'sJ9yGwIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIA',
  'EAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAA',
  'AgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIA',
  'EAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAA',
  'AgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIA',
  'EAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAA',
  'AgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIA',
  'EAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAAAgAQAAIAEAACABAA',
  'AgAQAAIAEAACABAAAgAQAO0AABBiNAeAcB/9QWUsqAwYAH2FGw4IAH1Gg2l/P2ABpjtwlA==',
].join('');

/** A frame of one block that is not compressed, and a window as RFC 8878, 3.1.1.1.2 writes it in one byte. */
function frameOf(window: number, content: Uint8Array): Buffer {
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, window), block, content]);
}

/** `2 ** exponent` and as many eighths of it more. */
const windowByte = (exponent: number, eighths = 0) => ((exponent - 10) << 3) | eighths;

describe('the window of a zstd layer', () => {
  test('of 20 MiB is looked back through', async () => {
    const diffId = `sha256:${createHash('sha256').update(FAR_APART).digest('hex')}`;
    const stored = Buffer.from(COMPRESSED, 'base64');
    const archive = await readArchiveBytes(dockerArchive([stored], [diffId]), {
      contents: { paths: ['b'], maxFileBytes: 300 },
    });
    expect(archive.problems).toEqual([]);
    const [layer] = archive.layers.values();
    expect(layer).toMatchObject({ compression: 'zstd', diffId, uncompressedSize: FAR_APART.length });
    expect([...(layer?.contents.values() ?? [])].map(({ bytes }) => bytes)).toEqual([
      new Uint8Array(noise(300)),
    ]);
  });

  test.each([17, 24, 25, 27])('of 2^%d bytes is read', async (exponent) => {
    const stored = frameOf(windowByte(exponent), LAYER);
    const archive = await readArchiveBytes(dockerArchive([stored]));
    expect(archive.problems.map(({ kind }) => kind)).not.toContain('limit-expansion');
    expect([...archive.layers.values()][0]?.uncompressedSize).toBe(LAYER.length);
  });

  test.each([
    ['144 MiB', windowByte(27, 1), 144 * MIB],
    ['256 MiB', windowByte(28), 256 * MIB],
    ['3.75 TiB', windowByte(41, 7), 3.75 * MIB ** 2],
  ])('of %s is refused by the name of the budget, and nothing of it is reserved', async (_, byte, size) => {
    const before = process.memoryUsage().arrayBuffers;
    const { problems } = await readArchiveBytes(dockerArchive([frameOf(byte, LAYER)]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MAX_ZSTD_WINDOW);
    expect(problems.filter(({ kind }) => kind.startsWith('limit'))).toMatchObject([
      { kind: 'limit-expansion', actual: `a window of ${size} bytes` },
    ]);
  });
});
