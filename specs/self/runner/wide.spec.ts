import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { rangeProblem } from '../../../helpers/common/version-range.ts';
import { whyNotHere } from '../../../helpers/procedure/wide/prepare-wide.ts';
import { readWideExpectation } from '../../../helpers/procedure/wide/read-wide.ts';
import { evaluate } from '../../../helpers/requirements/check.ts';
import { expectationFor, type WideMaker } from '../../../helpers/requirements/matrix/wide-differences.ts';
import { WIDE_CONTEXTS, type WidePlayed } from '../../../helpers/requirements/matrix/wide-model.ts';
import { WIDE_REQUIREMENTS } from '../../../helpers/runner/steps.ts';

type Id = (typeof WIDE_REQUIREMENTS)[number]['id'];

const command = { command: 'docker save', exitCode: 0, stdout: '', stderr: '' };
const BUILT: WidePlayed = {
  ...{ context: 'links', builder: 'buildx', refusal: null, lacks: null },
  saved: { saver: 'docker-save', command, file: '/links.tar' },
};
const REFUSED: WidePlayed = { context: 'links', builder: 'buildx', refusal: 'unknown flag', lacks: null };

/** For each requirement: what breaks just it. */
const MUTANTS: Readonly<Record<Id, WidePlayed>> = {
  'wide.builds': REFUSED,
  'wide.refuses': { ...BUILT, lacks: 'COPY --exclude in line 2 of the Dockerfile' },
  'wide.saves': {
    ...BUILT,
    saved: { saver: 'docker-save', command: { ...command, exitCode: 1, stderr: 'empty export' } },
  },
};

const brokenBy = (played: WidePlayed) =>
  WIDE_REQUIREMENTS.map((requirement) => evaluate(requirement, played)).filter(
    ({ status }) => status === 'fail',
  );

test.for(Object.entries(MUTANTS))('%s is broken by its mutant, and by no other', ([id, played]) => {
  expect(brokenBy(played).map((outcome) => outcome.id)).toEqual([id]);
});

test('nothing is wrong with an image that was built and saved, or with a refusal of what the builder lacks', () => {
  expect(brokenBy(BUILT)).toEqual([]);
  expect(brokenBy({ ...REFUSED, lacks: 'COPY --link in line 2 of the Dockerfile' })).toEqual([]);
});

test('the reason why a builder cannot build a context is told', () => {
  const lacks = 'COPY --link in line 2 of the Dockerfile: …';
  const outcomes = WIDE_REQUIREMENTS.map((requirement) => evaluate(requirement, { ...REFUSED, lacks }));
  expect(outcomes.find(({ id }) => id === 'wide.builds')).toMatchObject({
    status: 'not-applicable',
    reason: lacks,
  });
});

test.for(WIDE_CONTEXTS)('%s says so if it gives a file to another owner', async (name) => {
  const text = await readFile(join(projectFolder(`fixtures/contexts/${name}`), 'expectation.json'), 'utf8');
  const isOfOthers = /"[ug]id": [1-9]/.test(text);
  const reason = await whyNotHere({ features: [] }, name);
  if (isOfOthers) expect(reason).toContain('no file to another owner');
  // There buildah gives the folder of WORKDIR to the user of USER.
  else expect(reason === undefined).toBe(name !== 'instructions');
  expect(await whyNotHere({ features: ['other-owners'] }, name)).toBeUndefined();
});

describe('what some builders make otherwise', () => {
  const docker: WideMaker = {
    product: { name: 'docker', title: 'the BuildKit of Docker Engine 26.1.5', version: '26.1.5+dfsg1' },
    ...{ builder: 'buildx', store: 'overlay2', saver: 'docker-save' },
  };
  const expectation = {
    rootfs: { files: [{ path: 'a', mode: '4755', uid: 0 }, { path: 'b' }] },
    config: { User: 'web', StopSignal: 'SIGINT' },
  };
  const difference = {
    ...{ builders: { docker: '<28' }, because: 'why', link: 'https://example.com' },
    files: { a: { mode: '0755', uid: null }, b: null, c: { type: 'directory' } },
    config: { StopSignal: null },
  } as const;

  test('takes the place of what the expectation states', () => {
    expect(expectationFor(expectation, [difference], docker)).toEqual({
      rootfs: {
        files: [
          { path: 'a', mode: '0755' },
          { path: 'c', type: 'directory' },
        ],
      },
      config: { User: 'web', StopSignal: null },
    });
  });

  test.for([
    [{ ...difference, builders: { docker: '>=28' } }, docker],
    [{ ...difference, builders: { classic: '*' } }, docker],
    [{ ...difference, through: ['testcontainers'] }, docker],
    [{ ...difference, store: 'containerd' }, docker],
    [difference, { ...docker, product: { name: 'docker', title: 'of an unknown version' } }],
  ] as const)('not where it is about others (%#)', ([other, maker]) => {
    expect(expectationFor(expectation, [other], maker)).toEqual(expectation);
  });
});

test('every folder with an expectation is a wide context, and none is forgotten', async () => {
  const folder = projectFolder('fixtures/contexts');
  const names = (await readdir(folder, { recursive: true })).flatMap(
    (path) => /^([^/]+)\/expectation\.json$/.exec(path)?.[1] ?? [],
  );
  expect(names.toSorted()).toEqual([...WIDE_CONTEXTS].toSorted());
});

test.for(WIDE_CONTEXTS)('%s states what its image is, and differences with a source', async (name) => {
  const { expectation, differences } = await readWideExpectation(name);
  expect(expectation.comment).toMatch(/\.$/);
  expect(expectation.rootfs?.files?.length).toBeGreaterThan(0);
  expect(await readFile(join(projectFolder(`fixtures/contexts/${name}`), 'Dockerfile'), 'utf8')).toMatch(
    /^FROM scratch/,
  );
  for (const { builders, because, link, files, config } of differences) {
    for (const range of Object.values(builders as Record<string, string>))
      expect(rangeProblem(range)).toBeUndefined();
    expect(because).toMatch(/\.$/);
    expect(link).toMatch(/^https:\/\//);
    expect(files ?? config).toBeDefined();
  }
});

/** Versions on both sides of a boundary, each as a matrix found it. */
test.for([
  ['instructions', 'data', 'type', '1.28.2', undefined],
  ['instructions', 'data', 'type', '1.39.3', 'directory'],
  ['copy-link', 'tmp', 'mode', '1.43.2', '0755'],
] as const)(
  'of %s, %s has the %s that buildah %s gives it',
  async ([name, path, field, version, expected]) => {
    const { expectation, differences } = await readWideExpectation(name);
    const product = { name: 'buildah', title: `buildah ${version}`, version } as const;
    const maker: WideMaker = {
      product,
      builder: 'buildah',
      store: 'overlay',
      saver: 'podman-docker-archive',
    };
    const { rootfs } = expectationFor(expectation, differences, maker);
    expect(rootfs?.files?.find((file) => file.path === path)?.[field]).toBe(expected);
  },
);
