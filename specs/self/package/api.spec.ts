import { join } from 'node:path';
import type { BuildOptions, ImageFixtures } from 'scratch-conformance/vitest';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as api from '../../../helpers/cli/index.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { RECORDED } from '../report/recorded.ts';

const OLD = join(process.cwd(), RECORDED.legacy);
const NEW = join(process.cwd(), RECORDED.containerd);

describe('the package exports', () => {
  test('exactly these names', () => {
    expect(Object.keys(api).sort()).toEqual([
      'DiffError',
      'ExpectationError',
      'UnreadableError',
      'checkArchive',
      'diffArchives',
      'explain',
      'readArchive',
    ]);
  });

  // Held by the type check: a change of a type is a change of the package's version.
  test('functions of these types', () => {
    expectTypeOf(api.readArchive).toEqualTypeOf<
      (source: string | Uint8Array, options?: api.ReadOptions) => Promise<api.Archive>
    >();
    expectTypeOf(api.checkArchive).toEqualTypeOf<
      (archive: string | api.Archive, options?: api.ArchiveCheckOptions) => Promise<api.ArchiveCheck>
    >();
    expectTypeOf(api.diffArchives).toEqualTypeOf<
      (
        before: string | api.Archive,
        after: string | api.Archive,
        options?: api.DiffOptions,
      ) => Promise<api.ArchiveDiff>
    >();
    expectTypeOf(api.explain).toEqualTypeOf<(id: string) => Promise<api.Explanation>>();
    expectTypeOf<keyof api.ArchiveCheckOptions>().toEqualTypeOf<
      'expectation' | 'image' | 'platform' | 'levels' | 'only' | 'mustStart'
    >();
    expectTypeOf<keyof api.ArchiveCheck>().toEqualTypeOf<'verdict' | 'reason' | 'requirements'>();
    expectTypeOf<keyof api.RequirementCheck>().toEqualTypeOf<
      'id' | 'title' | 'level' | 'status' | 'reason' | 'findings' | 'omitted' | 'consequence'
    >();
    expectTypeOf<keyof api.Finding>().toEqualTypeOf<
      'where' | 'expected' | 'actual' | 'message' | 'deviation'
    >();
    expectTypeOf<keyof api.ArchiveDiff>().toEqualTypeOf<'same' | 'differences' | 'ignored' | 'omitted'>();
    expectTypeOf<keyof api.Explanation>().toEqualTypeOf<
      'id' | 'title' | 'level' | 'source' | 'consequence' | 'measured'
    >();
    expectTypeOf<api.Level>().toEqualTypeOf<'must' | 'consumer' | 'should' | 'practice' | 'expectation'>();
  });
});

describe('scratch-conformance/vitest exports', () => {
  test('exactly these names', async () => {
    const entry = await import('scratch-conformance/vitest');
    expect(Object.keys(entry).sort()).toEqual(['expect', 'test']);
    const engine = await import('../../../helpers/runner/spec-engine-setup.ts');
    expect(Object.keys(engine)).toEqual(['setup']);
  });

  test('fixtures of these names and types', () => {
    expectTypeOf<keyof ImageFixtures>().toEqualTypeOf<
      'recipe' | 'engine' | 'folder' | 'tag' | 'build' | 'run' | 'save'
    >();
    expectTypeOf<keyof ImageFixtures['engine']>().toEqualTypeOf<
      'name' | 'family' | 'origin' | 'dockerHost' | 'stack'
    >();
    expectTypeOf<ImageFixtures['build']>().toEqualTypeOf<
      (context: string, options?: BuildOptions) => Promise<string>
    >();
    expectTypeOf<keyof BuildOptions>().toEqualTypeOf<'builder' | 'tag' | 'cache'>();
    expectTypeOf<Awaited<ReturnType<ImageFixtures['run']>>>().toEqualTypeOf<{
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
    }>();
    expectTypeOf<Awaited<ReturnType<ImageFixtures['save']>>>().toEqualTypeOf<api.Archive>();
  });

  test('the package has these entries', () => {
    expect(Object.keys(packageJson.exports)).toEqual(['.', './vitest', './vitest/engine', './package.json']);
  });
});

describe('readArchive', () => {
  test('keeps the content of small files, from a path and from bytes', async () => {
    const archive = await api.readArchive(NEW);
    const { readFile } = await import('node:fs/promises');
    const fromBytes = await api.readArchive(new Uint8Array(await readFile(NEW)));
    for (const { dockerImages } of [archive, fromBytes]) {
      const [last] = dockerImages[0]?.layers.slice(-1) ?? [];
      const contents = [...(last?.layer?.contents.values() ?? [])].map(({ bytes }) =>
        Buffer.from(bytes ?? []).toString(),
      );
      expect(contents).toEqual(['b\n']);
    }
  });

  test.each([[undefined], [null], [7], [''], [{}], [['a.tar']]])(
    'takes a path or bytes, not %j',
    async (value) => {
      const wrong = value as unknown as string;
      await expect(api.readArchive(wrong)).rejects.toThrow(/^readArchive takes a path or bytes, not /);
      await expect(api.checkArchive(wrong)).rejects.toThrow(
        /^checkArchive takes a path, or what readArchive /,
      );
      await expect(api.diffArchives(NEW, wrong)).rejects.toThrow(/^diffArchives takes a path, or what /);
    },
  );

  test('throws UnreadableError where there is nothing to read', async () => {
    await expect(api.readArchive('/does/not/exist.tar')).rejects.toThrow(api.UnreadableError);
  });
});

describe('checkArchive', () => {
  test('judges a path and a read archive alike', async () => {
    const byPath = await api.checkArchive(NEW);
    expect(byPath.verdict).toBe('conforms');
    expect(byPath.requirements.length).toBeGreaterThan(100);
    expect(await api.checkArchive(await api.readArchive(NEW))).toEqual(byPath);
  });

  test('names each violation of an expectation, in one sentence and as data', async () => {
    const expectation = { rootfs: { files: [{ path: 'final.txt', content: 'c\n' }], others: true } };
    for (const archive of [NEW, await api.readArchive(NEW)]) {
      const { verdict, requirements } = await api.checkArchive(archive, { expectation });
      expect(verdict).toBe('does-not-conform');
      const broken = requirements.filter(({ status }) => status === 'fail');
      expect(broken.map(({ id, level }) => [id, level])).toEqual([['expectation.rootfs', 'expectation']]);
      expect(broken[0]?.findings).toMatchObject([
        { expected: { value: 'c\n' }, actual: { value: 'b\n' }, where: { entry: 'final.txt' } },
      ]);
      expect(broken[0]?.findings[0]?.message).toContain('expected "c\\n"');
    }
  });

  test('never passes what was not judged', async () => {
    const unreadable = await api.checkArchive('/does/not/exist.tar');
    expect(unreadable).toMatchObject({ verdict: 'could-not-judge', requirements: [] });
    expect(unreadable.reason).toContain('/does/not/exist.tar');
    const other = await api.checkArchive(await api.readArchive(NEW), { platform: 'plan9/mips' });
    expect(other).toMatchObject({ verdict: 'could-not-judge', requirements: [] });
    const nothing = await api.checkArchive(NEW, { only: ['expectation.image'] });
    expect(nothing).toMatchObject({ verdict: 'could-not-judge' });
  });

  test('refuses options that do not exist', async () => {
    await expect(api.checkArchive(NEW, { only: ['config.diffid'] })).rejects.toThrow(
      /^No requirement is called "config\.diffid"\. Did you mean config\.diff-id/,
    );
    const levels = ['shall'] as unknown as readonly api.Level[];
    await expect(api.checkArchive(NEW, { levels })).rejects.toThrow(RangeError);
    const expectation = { layer: [] } as unknown as api.Expectation;
    await expect(api.checkArchive(NEW, { expectation })).rejects.toThrow(api.ExpectationError);
  });
});

describe('diffArchives', () => {
  test('tells what differs, the heaviest first, and leaves out what may differ', async () => {
    const byPath = await api.diffArchives(OLD, NEW);
    expect(byPath.differences.length).toBeGreaterThan(0);
    expect(byPath.same).toMatchObject({ bytes: false });
    expect(await api.diffArchives(await api.readArchive(OLD), NEW)).toEqual(byPath);
    const areas = [...new Set(byPath.differences.map(({ area }) => area))];
    expect((await api.diffArchives(OLD, NEW, { ignore: areas })).differences).toEqual([]);
  });

  test('does not claim the same bytes where it has not seen them', async () => {
    const archive = { ...(await api.readArchive(NEW)), source: '(memory)' };
    expect((await api.diffArchives(archive, NEW)).same).toEqual({
      config: true,
      diffIds: true,
      root: true,
    });
  });

  test('refuses what cannot be compared', async () => {
    const blind = await api.readArchive(NEW, { contents: { paths: [], maxFileBytes: 0 } });
    await expect(api.diffArchives(blind, NEW)).rejects.toThrow(/without the digests of its files/);
    await expect(api.diffArchives(OLD, NEW, { platform: 'plan9/mips' })).rejects.toThrow(api.DiffError);
    const ignore = ['time'] as unknown as readonly api.Area[];
    await expect(api.diffArchives(OLD, NEW, { ignore })).rejects.toThrow(/Did you mean .*times/);
  });
});

test('explain says who demands a requirement and who breaks', async () => {
  const told = await api.explain('config.diff-id');
  expect(told).toMatchObject({ id: 'config.diff-id', consequence: expect.any(String) });
  expect(told.source.url).toMatch(/^https:/);
  expect(told.measured).toMatch(/Docker/);
  await expect(api.explain('config.diff')).rejects.toThrow(/Did you mean config\.diff-id/);
});
