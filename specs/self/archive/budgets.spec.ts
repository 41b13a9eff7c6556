import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BudgetError, budgetLimits, createBudget } from '../../../helpers/archive/budget.ts';
import { DEFAULT_LIMITS, MAX_LINKS, MAX_NAME } from '../../../helpers/archive/limits.ts';
import type { Archive, ReadLimits } from '../../../helpers/archive/model.ts';
import { readArchive, readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import { ARCHIVE_REQUIREMENTS } from '../../../helpers/requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../../helpers/requirements/check.ts';
import { dockerArchive, json, LAYER, member } from './build.ts';
import { entry, pax, tar } from './tar/build.ts';

const kinds = ({ problems }: Archive) => problems.map(({ kind }) => kind);
const files = (count: number, name = 'f') =>
  tar(...Array.from({ length: count }, (_, position) => entry({ name: `${name}${position}` })));
const longName = (path: string) => Buffer.concat([pax({ path }), entry({ name: 'short' })]);
const zeros = (length: number) => gzipSync(tar(entry({ name: 'zeros', content: Buffer.alloc(length) })));
const images = (count: number, layers: readonly string[]) =>
  tar(
    member('a.tar', files(10)),
    json(
      'manifest.json',
      Array.from({ length: count }, () => ({ Config: 'c', Layers: layers })),
    ),
  );

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly limits: Partial<ReadLimits>;
  /** Fits the budget. */
  readonly small: Uint8Array;
  /** Each part of it fits, too: only the sum is too much. */
  readonly large: Uint8Array;
}

const CASES: readonly Case[] = [
  {
    name: 'the expansion of two layers',
    kind: 'limit-expansion',
    limits: { freeExpansion: 100_000, expansionRatio: 1 },
    small: dockerArchive([zeros(60_000)]),
    large: dockerArchive([zeros(60_000), zeros(61_000)]),
  },
  {
    name: 'the expansion of a compressed layer in a compressed archive',
    kind: 'limit-expansion',
    limits: { freeExpansion: 100_000, expansionRatio: 1 },
    small: dockerArchive([zeros(97_000)]),
    large: gzipSync(dockerArchive([zeros(97_000)])),
  },
  {
    name: 'zeros after the end of the archive',
    kind: 'limit-expansion',
    limits: { zeroBytesAtEnd: 100_000 },
    small: Buffer.concat([dockerArchive([LAYER]), Buffer.alloc(50_000)]),
    large: Buffer.concat([dockerArchive([LAYER]), Buffer.alloc(3_000_000)]),
  },
  {
    name: 'members',
    kind: 'limit-entries',
    limits: { members: 3 },
    small: dockerArchive([LAYER]),
    large: dockerArchive([LAYER, LAYER]),
  },
  {
    name: 'memory for the entries of two layers',
    kind: 'limit-entries',
    limits: { entryBytes: 6500 },
    small: dockerArchive([files(30)]),
    large: dockerArchive([files(30), files(30, 'g')]),
  },
  {
    name: 'pax records of two layers',
    kind: 'limit-entries',
    limits: { paxRecords: 12 },
    small: dockerArchive([tar(pax({ a: '1', b: '2', c: '3', d: '4', e: '5' }), entry({ name: 'f' }))]),
    large: dockerArchive([
      tar(pax({ a: '1', b: '2', c: '3', d: '4', e: '5' }), entry({ name: 'f' })),
      tar(pax({ a: '1', b: '2', c: '3', d: '4', e: '6' }), entry({ name: 'g' }), pax({ a: '1' }), entry({})),
    ]),
  },
  {
    name: 'pax records of members and of layers together',
    kind: 'limit-entries',
    limits: { paxRecords: 12 },
    small: dockerArchive([tar(pax({ a: '1', b: '2', c: '3', d: '4', e: '5' }), entry({ name: 'f' }))]),
    large: Buffer.concat([
      pax({ a: '1', b: '2', c: '3', d: '4', e: '5', f: '6', g: '7', h: '8' }),
      dockerArchive([tar(pax({ a: '1', b: '2', c: '3', d: '4', e: '5' }), entry({ name: 'f' }))]),
    ]),
  },
  {
    name: 'pax records of global headers, each counted once and not for every entry behind it',
    kind: 'limit-entries',
    limits: { paxRecords: 12 },
    small: dockerArchive([tar(pax({ uid: '1', gid: '2', a: '3', b: '4' }, 'g'), files(50))]),
    large: dockerArchive([
      tar(...Array.from({ length: 4 }, () => pax({ uid: '1', gid: '2', a: '3', b: '4' }, 'g')), files(1)),
    ]),
  },
  {
    name: 'folders above entries',
    kind: 'limit-entries',
    limits: { folderText: 40_000 },
    // A hundred levels of two characters.
    small: dockerArchive([tar(longName(`${'d/'.repeat(100)}f`), longName(`${'d/'.repeat(100)}g`))]),
    large: dockerArchive([tar(longName(`${'d/'.repeat(100)}f`), longName(`${'e/'.repeat(300)}f`))]),
  },
  {
    name: 'references to layers',
    kind: 'limit-entries',
    limits: { descriptors: 10 },
    small: images(5, ['a.tar', 'a.tar']),
    large: images(6, ['a.tar', 'a.tar']),
  },
  {
    name: 'layers of one image',
    kind: 'limit-entries',
    limits: { layersOfImage: 3 },
    small: images(2, ['a.tar', 'a.tar', 'a.tar']),
    large: images(1, ['a.tar', 'a.tar', 'a.tar', 'a.tar']),
  },
  {
    name: 'entries that many images share',
    kind: 'limit-entries',
    limits: { stackedEntries: 50 },
    small: images(5, ['a.tar']),
    large: images(6, ['a.tar']),
  },
  {
    name: 'bytes of all JSON files',
    kind: 'limit-json-size',
    limits: { jsonBytesTotal: 400 },
    small: dockerArchive([LAYER]),
    large: dockerArchive([LAYER, LAYER, LAYER, LAYER]),
  },
  {
    name: 'values of all JSON files',
    kind: 'limit-json-size',
    limits: { jsonValues: 30 },
    small: dockerArchive([LAYER]),
    large: dockerArchive(Array.from({ length: 8 }, () => LAYER)),
  },
  {
    name: 'one name',
    kind: 'limit-names',
    limits: {},
    small: dockerArchive([tar(longName('n'.repeat(MAX_NAME)))]),
    large: dockerArchive([tar(longName('n'.repeat(MAX_NAME + 1)))]),
  },
];

describe.each(CASES)('$name', ({ kind, limits, small, large }) => {
  test('within the budget is read', async () => {
    const archive = await readArchiveBytes(small, { limits });
    expect(kinds(archive).filter((found) => found.startsWith('limit-'))).toEqual([]);
    expect(archive.incomplete).toBeUndefined();
  });

  test('beyond the budget is one failure, and the rest is not judged', async () => {
    const archive = await readArchiveBytes(large, { limits });
    expect(new Set(kinds(archive))).toEqual(new Set([kind]));
    const outcomes = checkArchive(archive, ARCHIVE_REQUIREMENTS);
    const id = kind.replace('limit-', 'limit.');
    expect(outcomes.filter(({ status }) => status === 'fail').map((outcome) => outcome.id)).toEqual([id]);
    expect(outcomes.find((outcome) => outcome.id === 'config.diff-id')).toMatchObject({
      status: 'unsupported',
      reason: expect.stringContaining(id),
    });
  });
});

describe('an archive that was cut', () => {
  const whole = dockerArchive([files(20), LAYER]);

  test.each([0.3, 0.5, 0.7, 0.9])(
    'after %d of its bytes is one failure, and the rest is not judged',
    async (part) => {
      const archive = await readArchiveBytes(whole.subarray(0, Math.floor(whole.length * part)));
      const outcomes = checkArchive(archive, ARCHIVE_REQUIREMENTS);
      const broken = outcomes.filter(({ status }) => status === 'fail' || status === 'warn');
      expect(broken.map(({ id }) => id)).toEqual(['tar.complete']);
      expect(outcomes.filter(({ status }) => status === 'unsupported').length).toBeGreaterThan(50);
    },
  );

  test('in one of its layers is judged as a whole', async () => {
    const archive = await readArchiveBytes(dockerArchive([files(20).subarray(0, 1000)]));
    expect(archive.incomplete).toBeUndefined();
  });
});

describe('names', () => {
  test('of a global header are not those of members', async () => {
    const members = Array.from({ length: 50 }, (_, position) => entry({ name: `m${position}` }));
    const archive = await readArchiveBytes(tar(pax({ path: 'p'.repeat(1_000_000) }, 'g'), ...members));
    expect(archive.members.at(-1)?.path).toBe('m49');
    expect(kinds(archive)).toEqual([]);
  });
});

test('links of members are followed once, however long the chain', async () => {
  const link = (position: number) =>
    entry({ name: `l${position}`, typeflag: '2', fields: { 157: `l${position + 1}` } });
  const chain = (length: number) =>
    tar(...Array.from({ length }, (_, position) => link(position)), member(`l${length}`, 'x'));
  const good = await readArchiveBytes(chain(MAX_LINKS - 1));
  expect(kinds(good)).toEqual([]);
  expect(good.members[0]?.resolved).toBe(`l${MAX_LINKS - 1}`);
  const bad = await readArchiveBytes(chain(MAX_LINKS + 10));
  expect(new Set(kinds(bad))).toEqual(new Set(['limit-links']));
  // The end of the chain is near enough for the last of them.
  expect(bad.members.at(-2)?.resolved).toBe(`l${MAX_LINKS + 10}`);
});

test('repeated keys are told a hundred times, each at its place', async () => {
  const text = `[{${'"ä":1,'.repeat(5000)}"ä":1}]`;
  const { problems } = await readArchiveBytes(tar(member('manifest.json', text)));
  const found = problems.filter(({ kind }) => kind === 'json-duplicate-key');
  expect(found).toHaveLength(100);
  expect(found.map(({ where }) => where.offset)).toEqual(
    Array.from({ length: 100 }, (_, position) => 2 + 7 * (position + 1)),
  );
});

test('contents that are kept have a budget over all layers; beyond it the digest is kept', async () => {
  const layer = tar(entry({ name: 'a', content: 'x'.repeat(600) }));
  const archive = await readArchiveBytes(dockerArchive([layer, layer]), {
    contents: { paths: 'all', maxFileBytes: 1000 },
    limits: { contentBytes: 1000 },
  });
  const kept = [...archive.layers.values()].map(({ contents }) => contents.get(0)?.bytes?.length);
  expect(kept).toEqual([600, undefined]);
});

test('a hole of a file is expanded like a compressed stream', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'budgets-'));
  try {
    const path = join(folder, 'image.tar');
    const descriptor = openSync(path, 'w');
    writeSync(descriptor, dockerArchive([LAYER]));
    ftruncateSync(descriptor, 50_000_000);
    closeSync(descriptor);
    const archive = await readArchive(path, { limits: { freeExpansion: 1_000_000 } });
    expect(kinds(archive)).toEqual(['limit-expansion']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('all threads spend from one purse', () => {
  const limits = budgetLimits({ ...DEFAULT_LIMITS, entries: 10 }, 0);
  const first = createBudget(limits);
  const second = createBudget(limits, first.counters);
  first.spend('entries', 6);
  second.spend('entries', 4);
  expect(() => first.spend('entries', 1)).toThrow(BudgetError);
  expect(() => second.spend('entries', 1)).toThrow(BudgetError);
});
