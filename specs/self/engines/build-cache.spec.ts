import { describe, expect, test } from 'vitest';
import { describeGrowth, readBuildCache } from '../../../helpers/engines/build-cache.ts';
import { connectEngine } from '../../../helpers/engines/connect.ts';
import { DOCKER_ANSWERS, fakeEngine } from './fake-engine.ts';

const ENTRIES = [{ ID: 'one', Size: 1500 }, { ID: 'two', Size: 2 }, { ID: 'three' }];

describe('the build cache of an engine', () => {
  test.for([
    ['before API 1.52', { BuildCache: ENTRIES }],
    ['since API 1.52', { BuildCacheUsage: { TotalCount: 3, Items: ENTRIES } }],
  ] as const)('is read as it is written %s', async ([, answer]) => {
    await using fake = await fakeEngine({ '/system/df': answer });
    expect([...(await readBuildCache(fake.dockerHost, {}))]).toEqual([
      ['one', 1500],
      ['two', 2],
      ['three', 0],
    ]);
    expect(fake.requests).toEqual(['GET /system/df?type=build-cache&verbose=1']);
  });

  test.for([
    ['lacks it', {}],
    ['has none', { BuildCache: null }],
    ['has none since API 1.52', { BuildCacheUsage: { TotalCount: 0 } }],
  ] as const)('is empty where the answer %s', async ([, answer]) => {
    await using fake = await fakeEngine({ '/system/df': answer });
    expect((await readBuildCache(fake.dockerHost, {})).size).toBe(0);
  });

  test('is told by what came to it, and not at all when nothing did', () => {
    const before = new Map([['one', 1500]]);
    expect(describeGrowth(before, new Map([...before, ['two', 2], ['three', 1_999_001]]))).toBe(
      '2 entries of build cache (2,000 kB). The engine does not say which build an entry belongs to, so none is removed; "docker builder prune" removes all that no image needs.',
    );
    expect(describeGrowth(before, new Map([...before, ['two', 0]]))).toMatch(
      /^1 entry of build cache \(0 kB\)/,
    );
    expect(describeGrowth(before, before)).toBeUndefined();
    expect(describeGrowth(before, new Map())).toBeUndefined();
  });
});

describe('an engine that is somebody’s own', () => {
  const connected = async (answers: Record<string, unknown>) => {
    const fake = await fakeEngine({ ...DOCKER_ANSWERS, ...answers });
    const address = { origin: 'DOCKER_HOST', dockerHost: fake.dockerHost, environment: {} };
    return { fake, engine: await connectEngine(address, 'sc1') };
  };

  test('is asked before the run and after it', async () => {
    const answers = { '/system/df': { BuildCache: ENTRIES.slice(0, 1) } };
    const { fake, engine } = await connected(answers);
    await using _ = fake;
    try {
      expect(await engine.left?.()).toBeUndefined();
      fake.answer('/system/df', { BuildCache: ENTRIES });
      expect(await engine.left?.()).toMatch(/^2 entries of build cache \(1 kB\)\. /);
    } finally {
      await engine.stop();
    }
  });

  test('that does not tell its cache is said to keep an unknown part', async () => {
    const { fake, engine } = await connected({});
    await using _ = fake;
    try {
      expect(await engine.left?.()).toBe(
        'an unknown part of the build cache. GET /system/df?type=build-cache&verbose=1 was answered with status 404.',
      );
    } finally {
      await engine.stop();
    }
  });
});
