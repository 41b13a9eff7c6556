import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InspectedImage } from '../../../helpers/engines/answers.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { type Played, readPlayed } from '../../../helpers/requirements/matrix/played.ts';
import type { SavedFile, ScenarioName } from '../../../helpers/requirements/matrix/scenario-model.ts';
import { SCENARIO_REQUIREMENTS } from '../../../helpers/runner/steps.ts';
import { SAMPLE, type Sample, sampleBytes } from '../gate/observations/sample-archive.ts';

/** Those of images for several platforms are proved in platforms.spec.ts. */
type Id = Exclude<(typeof SCENARIO_REQUIREMENTS)[number]['id'], `platforms.${string}`>;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'played-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function save(by: SavedFile['by'], sample: Partial<Sample> = {}): Promise<SavedFile> {
  files += 1;
  const file = join(folder, `${files}.tar`);
  await writeFile(file, sampleBytes({ ...SAMPLE, ...sample }));
  return { by, command: { command: 'docker save', exitCode: 0, stdout: '', stderr: '' }, file };
}

function failed(stderr: string, left?: number): SavedFile {
  const command = { command: 'docker save', exitCode: 1, stdout: '', stderr };
  return { by: 'tag', command, ...(left !== undefined && { left }) };
}

/** Of the sample: everything in it was made then, but for `a`, which was older. */
const EPOCH = 1_700_000_002;
const OLDER = EPOCH - 1;
const CREATED = '2023-11-14T22:13:22Z';
const REPRODUCIBLE: Partial<Sample> = {
  layers: SAMPLE.layers.map((entries) =>
    entries.map((entry) => ({ ...entry, mtime: entry.name === 'a' ? OLDER : EPOCH })),
  ),
  config: { ...SAMPLE.config, created: CREATED, history: [{ created: CREATED }, { created: CREATED }] },
  manifestDescriptor: { annotations: { 'org.opencontainers.image.created': CREATED } },
};

/** With an epoch alone: every file has the time that it was given. */
const KEPT: Partial<Sample> = {
  ...REPRODUCIBLE,
  layers: SAMPLE.layers.map((entries) =>
    entries.map((entry) => ({ ...entry, mtime: entry.name === 'a' ? OLDER : EPOCH + 1 })),
  ),
};

async function played(scenario: ScenarioName, saves: readonly SavedFile[]): Promise<Played> {
  const [first] = saves;
  const { saves: read } = await readPlayed({
    scenario,
    builder: 'buildx',
    saver: 'docker-save',
    images: [],
    saves: first ? [first] : [],
  });
  const epoch = { seconds: EPOCH, files: { a: OLDER, b: EPOCH + 1 } };
  const image = read[0]?.archive?.dockerImages[0];
  const inspected = {
    id: image?.config?.digest ?? '',
    diffIds: image?.diffIds ?? [],
    tags: ['docker.io/library/x:1'],
  } as unknown as InspectedImage;
  return readPlayed({ scenario, builder: 'buildx', saver: 'docker-save', images: [inspected], saves, epoch });
}

function statusOf(id: Id, subject: Played) {
  const requirement = SCENARIO_REQUIREMENTS.find((each) => each.id === id);
  if (requirement === undefined) throw new Error(id);
  return evaluate(requirement, subject);
}

const unnamed = {
  dockerEntry: { RepoTags: null },
  manifestDescriptor: {},
} as const;
const otherLayer = { layers: [...SAMPLE.layers].toReversed() };

/** For each requirement: a scenario that upholds it, and one that breaks just it. */
const CASES: Readonly<
  Record<
    Id,
    { readonly scenario: ScenarioName; good: () => Promise<SavedFile[]>; bad: () => Promise<SavedFile[]> }
  >
> = {
  'save.any-image': {
    scenario: 'no-layers',
    good: async () => [await save('tag')],
    bad: async () => [failed('empty export - not implemented')],
  },
  'save.repeatable': {
    scenario: 'save-twice',
    good: async () => [await save('tag'), await save('tag')],
    bad: async () => [
      await save('tag'),
      await save('tag', {
        member: (member) => (member.name === 'index.json' ? { ...member, mtime: 5 } : member),
      }),
    ],
  },
  'save.stable-order': {
    scenario: 'layer-order',
    good: async () => [await save('tag'), await save('tag')],
    bad: async () => [await save('tag'), await save('tag', otherLayer)],
  },
  'save.selectors-agree': {
    scenario: 'save-selectors',
    good: async () => [await save('tag'), await save('id', unnamed)],
    bad: async () => [await save('tag'), await save('id', { ...unnamed, ...otherLayer })],
  },
  'save.id-without-name': {
    scenario: 'save-selectors',
    good: async () => [await save('tag'), await save('id', unnamed)],
    bad: async () => [await save('tag'), await save('id')],
  },
  'save.every-name': {
    scenario: 'every-tag',
    good: async () => [await save('every-tag')],
    bad: async () => [await save('every-tag', { dockerEntry: { RepoTags: ['example.com/other:1'] } })],
  },
  'save.round-trip': {
    scenario: 'save-load-save',
    good: async () => [await save('tag'), await save('tag')],
    bad: async () => [await save('tag'), await save('tag', otherLayer)],
  },
  'save.replacement-kept': {
    scenario: 'same-size-same-time',
    good: async () => [await save('tag')],
    bad: async () => [await save('tag', { layers: [SAMPLE.layers[0] ?? [], []] })],
  },
  'save.nothing-left': {
    scenario: 'export',
    good: async () => [failed('not supported')],
    bad: async () => [failed('not supported', 0)],
  },
  'reproducible.same-bytes': {
    scenario: 'reproducible',
    good: twice(REPRODUCIBLE),
    bad: async () => [
      await save('tag', REPRODUCIBLE),
      await save('tag', { ...REPRODUCIBLE, ociLayout: '{"imageLayoutVersion":"1.0.1"}' }),
    ],
  },
  'reproducible.created': {
    scenario: 'reproducible',
    good: twice(REPRODUCIBLE),
    bad: twice({
      ...REPRODUCIBLE,
      config: { ...REPRODUCIBLE.config, created: '2023-11-14T23:13:22+01:00' },
    }),
  },
  'reproducible.entry-times': {
    scenario: 'reproducible-folders',
    good: twice(REPRODUCIBLE),
    bad: twice({
      ...REPRODUCIBLE,
      layers:
        REPRODUCIBLE.layers?.map((entries) => entries.map((entry) => ({ ...entry, mtime: EPOCH }))) ?? [],
    }),
  },
  'reproducible.times-kept': {
    scenario: 'epoch-alone',
    good: twice(KEPT),
    bad: twice(REPRODUCIBLE),
  },
};

/** A build that gives the same bytes every time. */
function twice(sample: Partial<Sample>): () => Promise<SavedFile[]> {
  return async () => [await save('tag', sample), await save('tag', sample)];
}

describe.each(Object.entries(CASES))('%s', (id, { scenario, good, bad }) => {
  test('holds where it should', async () => {
    expect(statusOf(id as Id, await played(scenario, await good()))).toMatchObject({ status: 'pass' });
  });

  test('is broken by its mutant, and by no other', async () => {
    const subject = await played(scenario, await bad());
    const broken = SCENARIO_REQUIREMENTS.map((requirement) => evaluate(requirement, subject)).filter(
      ({ status }) => status === 'fail' || status === 'warn',
    );
    expect(broken.map((outcome) => outcome.id)).toEqual([id]);
  });

  test('does not apply where a save failed, but for the requirements about that', async () => {
    const { status } = statusOf(id as Id, await played(scenario, [failed('no space')]));
    const aboutFailures: Readonly<Record<string, string>> = {
      'save.any-image': scenario === 'export' ? 'not-applicable' : 'fail',
      'save.nothing-left': 'pass',
    };
    expect(status).toBe(aboutFailures[id] ?? 'not-applicable');
  });
});

describe('the difference of two saves', () => {
  const differencesOf = async (change: Partial<Sample>) =>
    (await played('save-twice', [await save('tag'), await save('tag', change)])).differences;

  test('names member, field and both values', async () => {
    const change: Partial<Sample> = {
      member: (member) => (member.name === 'index.json' ? { ...member, mtime: 5, uname: 'root' } : member),
    };
    expect(await differencesOf(change)).toEqual([
      { member: 'index.json', first: { mtime: 0 }, second: { mtime: 5 } },
      { member: 'index.json', first: { uname: '' }, second: { uname: 'root' } },
    ]);
  });

  test('sees other content of the same length, and members that come and go', async () => {
    expect(await differencesOf({ ociLayout: '{"imageLayoutVersion":"1.0.1"}' })).toMatchObject([
      { member: 'oci-layout', second: { content: 'other bytes' } },
    ]);
    expect(await differencesOf({ extraMembers: [{ name: 'version', body: 'x' }] })).toEqual([
      { member: 'version', first: { present: false }, second: { present: true } },
    ]);
  });
});

describe('the times of a reproducible build', () => {
  const violationsOf = async (id: Id, sample: Partial<Sample>) => {
    const subject = await played('reproducible', await twice({ ...REPRODUCIBLE, ...sample })());
    return statusOf(id, subject).findings.map(({ actual }) => actual);
  };

  test.each<[string, Partial<Sample>, object]>([
    ['config', { config: { ...REPRODUCIBLE.config, created: '2024-01-01T00:00:00Z' } }, { from: /created$/ }],
    ['history', { config: { ...REPRODUCIBLE.config, history: [{}, { created: CREATED }] } }, { value: null }],
    ['index', { manifestDescriptor: {} }, { value: null, from: /^index\.json/ }],
  ])('are looked for in the %s', async (_, sample, found) => {
    const [first] = await violationsOf('reproducible.created', sample);
    expect(first).toMatchObject(
      Object.fromEntries(
        Object.entries(found).map(([key, value]) => [
          key,
          value instanceof RegExp ? expect.stringMatching(value) : value,
        ]),
      ),
    );
  });

  test('are later than the epoch in no entry, folders among them', async () => {
    const layers = REPRODUCIBLE.layers?.map((entries) =>
      entries.map((entry) => (entry.type === '5' ? { ...entry, mtime: EPOCH + 60 } : entry)),
    );
    expect(await violationsOf('reproducible.entry-times', { layers: layers ?? [] })).toEqual([
      { value: EPOCH + 60, from: 'mtime of d/' },
    ]);
  });
});
