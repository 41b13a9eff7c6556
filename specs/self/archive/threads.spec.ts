import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { budgetLimits, createBudget, type Excess } from '../../../helpers/archive/budget.ts';
import { fileSource, memorySource } from '../../../helpers/archive/byte-source.ts';
import { DEFAULT_LIMITS } from '../../../helpers/archive/limits.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { halve, joinHalves, readMember } from '../../../helpers/archive/read-member.ts';
import { runJobs } from '../../../helpers/archive/run-jobs.ts';
import { plainEntry } from '../../../helpers/archive/tar/entry-list.ts';
import { dockerArchive, LAYER } from './build.ts';
import { entry, pax, tar } from './tar/build.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'threads-spec-'));
  const source = (name: string) =>
    fileURLToPath(new URL(`../../../helpers/archive/${name}`, import.meta.url));
  await build({
    entryPoints: { read: source('read-archive.ts'), 'layer-worker': source('layer-worker.ts') },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // Only archives in bzip2 need it, and none is read here.
    external: ['@foxglove/wasm-bz2'],
    outdir: folder,
    outExtension: { '.js': '.js' },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const filled = (name: string, size: number) => entry({ name, content: Buffer.alloc(size, name) });
const MIXED = tar(
  pax({ 'SCHILY.xattr.user.a': 'b' }),
  filled('a', 5_000_000),
  entry({ name: 'l', typeflag: '2', fields: { 157: 'a' } }),
);

test.each([
  ['layers side by side', dockerArchive([MIXED, tar(filled('b', 6_000_000)), LAYER])],
  ['one layer in halves', dockerArchive([tar(filled('a', 10_000_000), entry({ name: 'x', checksum: 1 }))])],
])('threads read the same as one: %s', async (_name, bytes) => {
  const path = join(folder, 'archive.tar');
  writeFileSync(path, bytes);
  const { readArchive } = (await import(pathToFileURL(join(folder, 'read.js')).href)) as {
    readArchive: (source: string, options: object) => Promise<Archive>;
  };
  const contents = { paths: ['a'], maxFileBytes: 8_000_000 } as const;
  let progress = 0;
  const onProgress = (done: number, total: number) => {
    progress = done / total;
  };
  const threaded = await readArchive(path, { contents, onProgress });
  const alone = await readArchiveBytes(bytes, { contents }, path);
  expect(comparable(threaded)).toEqual(comparable(alone));
  expect(progress).toBe(1);
});

/** Entries are views of packed columns; contents may be large. */
function comparable({ layers, dockerImages, ...archive }: Archive) {
  const plain = [...layers.values()].map(({ entries, contents, ...layer }) => ({
    ...layer,
    entries: [...entries].map(plainEntry),
    contents: [...contents].map(([position, { digest, bytes }]) => [position, digest, bytes?.length]),
  }));
  return {
    ...archive,
    layers: plain,
    images: dockerImages.map(({ layers: stack }) => stack.map(({ member }) => member)),
  };
}

test('the halves of a layer join to what one pass gives', async () => {
  const region = { source: memorySource(MIXED), offset: 0, size: MIXED.length };
  const job = {
    member: 'm',
    offset: 0,
    size: MIXED.length,
    kind: 'layer',
    algorithm: 'sha512',
    diffIdAlgorithm: 'sha256',
    contents: undefined,
  } as const;
  const [hashing, scanning] = halve(region, job) ?? [];
  if (!hashing || !scanning) throw new Error('no halves');
  const whole = await readMember(region, job, createBudget(budgetLimits(DEFAULT_LIMITS, MIXED.length)));
  const halves = [
    await readMember(region, hashing, createBudget(budgetLimits(DEFAULT_LIMITS, MIXED.length))),
    await readMember(region, scanning, createBudget(budgetLimits(DEFAULT_LIMITS, MIXED.length))),
  ] as const;
  expect(joinHalves(...halves)).toEqual(whole);
  expect(joinHalves(halves[1], halves[0])).toEqual(whole);
});

describe('beyond the budgets of an archive', () => {
  /** Reads layers with as many threads as told; `undefined` is the reading in order, without any. */
  async function readLayers(
    layers: readonly Uint8Array[],
    limits: Partial<ReadLimits>,
    count: number | undefined,
  ): Promise<{ readonly excess: Excess | undefined; readonly kept: readonly string[] }> {
    const path = join(folder, 'layers');
    writeFileSync(path, Buffer.concat(layers));
    const size = layers.reduce((sum, { length }) => sum + length, 0);
    const source = fileSource(openSync(path, 'r'), size);
    const planned = layers.map(({ length }, position) => {
      const offset = layers.slice(0, position).reduce((sum, layer) => sum + layer.length, 0);
      const member = `${position}.tar`;
      return {
        region: { source, offset, size: length },
        job: {
          kind: 'layer',
          ...{ member, offset, size: length, algorithm: 'sha256', diffIdAlgorithm: 'sha256' },
          contents: { paths: 'all', maxFileBytes: 8_000_000 },
        } as const,
      };
    });
    const purse = budgetLimits({ ...DEFAULT_LIMITS, ...limits }, size);
    const { counters } = createBudget(purse);
    const script = pathToFileURL(join(folder, 'layer-worker.js'));
    const kept: string[] = [];
    try {
      const excess = await runJobs(
        planned,
        { limits: purse, counters },
        ({ member, layer }) => {
          for (const { bytes } of layer?.contents.values() ?? []) if (bytes) kept.push(member);
        },
        () => {},
        count === undefined ? undefined : { script, count },
      );
      return { excess, kept: kept.toSorted() };
    } finally {
      closeSync(source.fd ?? 0);
    }
  }

  const many = (count: number) =>
    Array.from({ length: count }, (_, position) => entry({ name: `${position}` }));

  test.each([1, 2, 3])('%d threads name the budget that one names', async (count) => {
    // The last layer is the largest, so threads begin with it, and it is beyond another budget at once.
    const layers = [
      tar(filled('a', 100_000), ...many(3000)),
      tar(filled('b', 200_000)),
      tar(pax(Object.fromEntries(many(3000).map((_, key) => [`k${key}`, '']))), filled('c', 6_000_000)),
    ];
    const limits = { entries: 2500, paxRecords: 2500 };
    const alone = await readLayers(layers, limits, undefined);
    expect(alone.excess?.expected).toBe('at most 2500 entries in all layers');
    expect(await readLayers(layers, limits, count)).toEqual(alone);
  });

  test.each([1, 2, 3])('%d threads keep the contents that one keeps', async (count) => {
    const layers = [4_000_000, 4_100_000, 4_200_000].map((size) => tar(filled('f', size)));
    const alone = await readLayers(layers, { contentBytes: 9_000_000 }, undefined);
    expect(alone).toEqual({ excess: undefined, kept: ['0.tar', '1.tar'] });
    expect(await readLayers(layers, { contentBytes: 9_000_000 }, count)).toEqual(alone);
  });
});
