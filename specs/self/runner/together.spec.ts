import { describe, expect, test } from 'vitest';
import { readArchiveBytes } from '../../../helpers/archive/read-archive.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { describeBuilt } from '../../../helpers/requirements/matrix/built-image.ts';
import type { BuiltImage, Loaded } from '../../../helpers/requirements/matrix/built-image-model.ts';
import { assembleMatrix } from '../../../helpers/runner/assemble-matrix.ts';
import type { Judged } from '../../../helpers/runner/judged.ts';
import { compareAcross } from '../../../helpers/runner/matrix/across/across-shards.ts';
import { COMPARISONS, compareEngine } from '../../../helpers/runner/matrix/across/comparisons.ts';
import { layerKind, whyRefused } from '../../../helpers/runner/matrix/across/exceptions.ts';
import {
  COMPARED_REQUIREMENTS,
  LOADED_REQUIREMENTS,
  REPRODUCED_REQUIREMENTS,
} from '../../../helpers/runner/steps.ts';
import { SAMPLE, type Sample, sampleBytes } from '../gate/observations/sample-archive.ts';
import type { TarMember } from '../gate/observations/tar-bytes.ts';

function engineOf(engine: string, version: string, store = 'overlay2'): EngineHandle {
  return { name: `${engine}-${version}`, stack: { engine, version, store } } as unknown as EngineHandle;
}

/** As the specs read the archives of engines: with the digest of every file. */
function readWithDigests(sample: Sample) {
  return readArchiveBytes(sampleBytes(sample), { contents: { paths: 'all', maxFileBytes: 0 } });
}

async function imageOf(
  engine: EngineHandle,
  sample: Partial<Sample> = {},
  saver = 'docker-save',
  scenario = 'hello',
  program: string | null = null,
): Promise<BuiltImage> {
  return describeBuilt(await readWithDigests({ ...SAMPLE, ...sample }), {
    engine,
    builder: 'buildx',
    saver,
    scenario,
    program,
  });
}

/** An archive with nothing but a program. */
const withProgram = (body: string): Partial<Sample> => ({ layers: [[{ name: 'hello', body }]] });

const DOCKER = engineOf('Docker Engine', '28.5.2');
const eachEntry = (change: (entry: TarMember) => TarMember) => ({
  layers: SAMPLE.layers.map((entries) => entries.map(change)),
});

describe('reproducible builds', () => {
  const broken = async (sample: Partial<Sample>) => {
    const subject = { own: await imageOf(DOCKER, sample), reference: await imageOf(DOCKER) };
    return REPRODUCED_REQUIREMENTS.flatMap((requirement) => evaluate(requirement, subject).findings).map(
      ({ actual }) => actual.from,
    );
  };

  test('are the same image in archives of different form', async () => {
    expect(await broken({ gzipLayers: true, layerSources: true })).toEqual([]);
  });

  test('differ in the config alone, or in the layers too', async () => {
    expect(await broken({ config: { ...SAMPLE.config, created: '2027-01-01T00:00:00Z' } })).toEqual([
      'config digest',
    ]);
    expect(await broken(eachEntry((entry) => ({ ...entry, mtime: 1 })))).toEqual([
      'config digest',
      'diffIDs of the image',
    ]);
  });
});

describe('images of one context', () => {
  const broken = async (sample: Partial<Sample>) => {
    const subject = { own: await imageOf(DOCKER, sample), reference: await imageOf(DOCKER) };
    return COMPARED_REQUIREMENTS.map((requirement) => evaluate(requirement, subject))
      .filter(({ status }) => status === 'fail')
      .map(({ id }) => id);
  };

  test('agree when they are the same', async () => {
    expect(await broken({})).toEqual([]);
  });

  test('have other layers, of the same entries, when only the tar around them differs', async () => {
    expect(await broken({ layerZeroBlocks: 20 })).toEqual(['across.diff-ids']);
    expect(
      await broken(eachEntry((entry) => ({ ...entry, mode: (entry.mode ?? 0o644) | 0o100000 }))),
    ).toEqual(['across.diff-ids']);
  });

  test.each<[string, Partial<Sample>]>([
    ['contents', eachEntry((entry) => (entry.name === 'a' ? { ...entry, body: 'x' } : entry))],
    ['modes', eachEntry((entry) => ({ ...entry, mode: 0o600 }))],
    ['owners', eachEntry((entry) => ({ ...entry, uid: 1000 }))],
    ['times', eachEntry((entry) => ({ ...entry, mtime: 1 }))],
    ['names', eachEntry((entry) => ({ ...entry, name: `x${entry.name}` }))],
    ['order', { layers: SAMPLE.layers.toReversed() }],
    ['number of layers', { layers: SAMPLE.layers.slice(1) }],
  ])('disagree in entries too when their %s differ', async (_, sample) => {
    expect(await broken(sample)).toEqual(['across.entries', 'across.diff-ids']);
  });
});

describe('engines of one kind', () => {
  test.each([
    ['Docker Engine', '26.1.5', true],
    ['Docker Engine', '20.10.24', false],
    ['Podman', '5.8.6', true],
    ['Podman', '4.3.1', false],
  ])('%s %s is of the kind of Docker 28: %s', async (engine, version, same) => {
    const [own, docker] = [await imageOf(engineOf(engine, version)), await imageOf(DOCKER)];
    expect(layerKind(own) === layerKind(docker)).toBe(same);
  });
});

describe('an archive of another engine', () => {
  const [requirement] = LOADED_REQUIREMENTS;
  const load = async (saver: string, loader: EngineHandle, answer: Partial<Loaded['answer']>) => {
    const saved = await imageOf(engineOf('Podman', '5.8.6'), {}, saver);
    const refused = whyRefused(saved, loader);
    const loaded = { loaded: true, said: '', name: 'x:1', diffIds: saved.diffIds, ...answer };
    if (requirement === undefined) throw new Error('no requirement');
    return evaluate(requirement, { saved, loader, answer: loaded, ...(refused && { refused }) }).status;
  };
  const refusal = { loaded: false, said: 'blobs/json: no such file', diffIds: [] };

  test('must load, as the same layers', async () => {
    expect(await load('podman-docker-archive', DOCKER, {})).toBe('pass');
    expect(await load('podman-docker-archive', DOCKER, refusal)).toBe('fail');
    expect(await load('podman-docker-archive', DOCKER, { diffIds: ['sha256:0'] })).toBe('fail');
  });

  test('may be refused only where the table says so, and then has to be', async () => {
    expect(await load('podman-oci-archive', DOCKER, refusal)).toBe('pass');
    expect(await load('podman-oci-archive', DOCKER, {})).toBe('fail');
    const containerd = engineOf('Docker Engine', '28.5.2', 'containerd');
    expect(await load('podman-oci-archive', containerd, refusal)).toBe('fail');
    expect(await load('podman-oci-archive', containerd, {})).toBe('pass');
  });
});

describe('the shards of a matrix, put together,', () => {
  const OTHER = engineOf('Docker Engine', '26.1.5');

  /** What a shard of one engine judged: alone, nothing can be compared. */
  async function shardOf(
    engine: EngineHandle,
    sample: Partial<Sample>,
    scenario = 'hello',
    program: string | null = null,
  ) {
    const images = [await imageOf(engine, sample, 'buildx-oci', scenario, program)];
    return Promise.all(
      COMPARISONS.map(
        async (comparison): Promise<Judged> => ({
          step: 'together',
          subject: { id: `${engine.name}/together`, engine: engine.name },
          outcomes: await compareEngine(comparison, engine, images),
          observations: [],
          images: images.filter(comparison.groupOf),
        }),
      ),
    );
  }
  const statuses = (judged: readonly Judged[]) =>
    Object.fromEntries(
      judged.flatMap(({ subject, outcomes }) =>
        outcomes.map(({ id, status }) => [`${subject.engine} ${id}`, status]),
      ),
    );

  test('are compared with each other, which none could do alone', async () => {
    const shards = [...(await shardOf(DOCKER, {})), ...(await shardOf(OTHER, { layerZeroBlocks: 20 }))];
    expect(new Set(Object.values(statuses(shards)))).toEqual(new Set(['not-applicable']));
    expect(statuses(await compareAcross(shards, [DOCKER, OTHER]))).toMatchObject({
      [`${OTHER.name} across.entries`]: 'pass',
      [`${OTHER.name} across.diff-ids`]: 'fail',
    });
  });

  test('make a report in which what only their comparison shows fails', async () => {
    const shards = [...(await shardOf(DOCKER, {})), ...(await shardOf(OTHER, { layerZeroBlocks: 20 }))];
    const plan = {
      engines: [DOCKER, OTHER],
      unavailable: [],
      command: 'npm run matrix',
      startedAt: '2026-01-01T00:00:00Z',
      startMs: {},
      planned: [],
      required: [],
    };
    const timed = shards.map((judged) => ({ ...judged, durationMs: 1 }));
    const results = [DOCKER, OTHER].map(({ name }) => {
      const judged = timed.filter(({ subject }) => subject.engine === name);
      return [name, { judged, errors: [] }] as const;
    });
    const { verdict, subjects } = await assembleMatrix(plan, new Map(results));
    expect(verdict).toBe('does-not-conform');
    const failing = subjects.flatMap(({ id, outcomes }) =>
      outcomes.filter(({ status }) => status === 'fail').map((outcome) => `${id} ${outcome.id}`),
    );
    expect(failing).toEqual([`${OTHER.name}/together across.diff-ids`]);
  });

  test('compare reproducible builds too', async () => {
    const shards = [
      ...(await shardOf(DOCKER, {}, 'reproducible')),
      ...(await shardOf(
        OTHER,
        { config: { ...SAMPLE.config, created: '2027-01-01T00:00:00Z' } },
        'reproducible',
      )),
    ];
    expect(statuses(await compareAcross(shards, [DOCKER, OTHER]))).toMatchObject({
      [`${OTHER.name} across.entries`]: 'not-applicable',
      [`${OTHER.name} across.reproducible`]: 'fail',
    });
  });

  test('are not compared where their compilers made different programs', async () => {
    const shards = [
      ...(await shardOf(DOCKER, withProgram('1'), 'hello', 'sha256:1')),
      ...(await shardOf(OTHER, withProgram('2'), 'hello', 'sha256:2')),
    ];
    expect(statuses(await compareAcross(shards, [DOCKER, OTHER]))).toMatchObject({
      [`${OTHER.name} across.entries`]: 'not-applicable',
    });
  });

  test('disagree where one engine changed the program that both were given', async () => {
    const shards = [
      ...(await shardOf(DOCKER, withProgram('1'), 'hello', 'sha256:1')),
      ...(await shardOf(OTHER, withProgram('2'), 'hello', 'sha256:1')),
    ];
    expect(statuses(await compareAcross(shards, [DOCKER, OTHER]))).toMatchObject({
      [`${OTHER.name} across.entries`]: 'fail',
    });
  });
});
