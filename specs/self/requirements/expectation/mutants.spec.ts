import { describe, expect, test } from 'vitest';
import { checkExpectation } from '../../../../helpers/requirements/expectation/check.ts';
import type { Expectation } from '../../../../helpers/requirements/expectation/expectation-model.ts';
import { EXPECTATION_REQUIREMENTS } from '../../../../helpers/requirements/expectation/requirements.ts';
import {
  config,
  full,
  golden,
  HEALTHCHECK,
  hello,
  lower,
  type Mutant,
  oci,
  program,
  readme,
  upper,
  withConfig,
  withParameters,
} from './golden.ts';
import { STRUCTURE, STRUCTURE_MUTANTS } from './structure-mutants.ts';
import { archiveOf, elfOf, type ImageOf } from './subject.ts';
import { WHOLE_MUTANTS, withManifest } from './whole-mutants.ts';

/** The ids that notice a defect. */
function noticed(image: ImageOf, expectation: Expectation): readonly string[] {
  return checkExpectation(archiveOf(image), expectation)
    .filter(({ status }) => status === 'fail')
    .map(({ id }) => id);
}

const rootOnly: Expectation = { rootfs: full.rootfs ?? {} };

/** A later layer removes the first name of a file, and the second one stays. */
const HARD_LINK_KEPT: Partial<ImageOf> = {
  layers: [
    [
      { path: 'a', content: 'aaaa' },
      { path: 'b', type: 'hardlink', linkname: 'a' },
    ],
    [{ path: '.wh.a' }],
  ],
};

const MUTANTS: readonly Mutant[] = [
  ...WHOLE_MUTANTS,
  ...STRUCTURE_MUTANTS,
  {
    defect: 'a layer too many',
    image: {
      ...withManifest({ layers: [...oci.manifest.layers, oci.manifest.layers[1]] }),
      layers: [...golden.layers, []],
    },
    noticedBy: ['expectation.layer-count'],
  },
  {
    defect: 'an empty layer in place of a repeated COPY',
    expectation: { layers: full.layers ?? [] },
    image: { layers: [[program], [readme], [lower], []] },
    noticedBy: ['expectation.layer-files'],
  },
  {
    defect: 'two COPY lines of different files exchanged',
    image: { layers: [[readme], [program], [lower], [upper]] },
    noticedBy: ['expectation.layer-files'],
  },
  {
    defect: 'two COPY lines of one file exchanged',
    image: { layers: [[program], [readme], [upper], [lower]] },
    noticedBy: ['expectation.file-content', 'expectation.rootfs'],
  },
  {
    defect: 'another content in a lower layer',
    image: { layers: [[program], [readme], [{ ...lower, content: 'c\n' }], [upper]] },
    noticedBy: ['expectation.file-content'],
  },
  {
    defect: 'no content',
    image: { layers: [[program], [readme], [{ ...lower, unread: true }], [upper]] },
    noticedBy: ['expectation.file-content'],
  },
  {
    defect: 'a file of another name beside the right one',
    image: { layers: [[program], [readme], [lower, { path: 'extra' }], [upper]] },
    noticedBy: ['expectation.layer-files', 'expectation.rootfs'],
  },
  {
    defect: 'a whiteout of the program',
    expectation: rootOnly,
    image: { layers: [...golden.layers, [{ path: '.wh.hello' }]] },
    noticedBy: ['expectation.rootfs'],
  },
  {
    defect: 'the lower file on top',
    expectation: rootOnly,
    image: { layers: [[program], [readme], [upper], [lower]] },
    noticedBy: ['expectation.rootfs'],
  },
  {
    defect: 'a symbolic link in place of a file in the root',
    expectation: rootOnly,
    image: { layers: [[program], [{ path: 'README.md', type: 'symlink', linkname: 'x' }], [lower], [upper]] },
    noticedBy: ['expectation.rootfs'],
  },
  {
    defect: 'another mode',
    image: { layers: [[{ ...program, mode: 0o4755 }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'a program of the documented image that is not executable',
    expectation: hello,
    image: { layers: [[{ ...program, mode: 0o644 }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'another owner',
    image: { layers: [[program], [{ ...readme, uid: 1000 }], [lower], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'another time',
    image: { layers: [[{ ...program, mtime: 2 }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'another group',
    image: { layers: [[program], [{ ...readme, gid: 1000 }], [lower], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'a directory in place of a file',
    image: { layers: [[program], [readme], [{ path: 'final.txt/', type: 'directory' }], [upper]] },
    noticedBy: ['expectation.file-metadata'],
  },
  {
    defect: 'a program that needs a loader',
    image: {
      layers: [
        [{ ...program, content: elfOf('amd64', '/lib64/ld-linux-x86-64.so.2') }],
        [readme],
        [lower],
        [upper],
      ],
    },
    noticedBy: ['expectation.static-binary'],
  },
  {
    defect: 'a program for another architecture',
    image: { layers: [[{ ...program, content: elfOf('arm64') }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.static-binary'],
  },
  {
    defect: 'a script in place of a program',
    image: { layers: [[{ ...program, content: '#!/bin/sh\n' }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.static-binary'],
  },
  {
    defect: 'a program that was too large to keep',
    image: { layers: [[{ ...program, digestOnly: true }], [readme], [lower], [upper]] },
    noticedBy: ['expectation.static-binary'],
  },
  {
    defect: 'another command',
    image: withParameters({ Cmd: ['/hello', '-x'] }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'a command in the shell form',
    image: withParameters({ Cmd: '/hello' }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'an entrypoint',
    image: withParameters({ Entrypoint: ['/sh'] }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'a variable too many',
    image: withParameters({ Env: ['PATH=/bin', 'A=1'] }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'another value of a variable',
    image: withParameters({ Env: ['PATH=/sbin'] }),
    noticedBy: ['expectation.config'],
  },
  { defect: 'no variables', image: withParameters({ Env: null }), noticedBy: ['expectation.config'] },
  {
    defect: 'variables that are no list',
    image: withParameters({ Env: 'PATH=/bin' }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'a label too many',
    image: withParameters({ Labels: { a: 'b', c: 'd' } }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'a label that is no text',
    image: withParameters({ Labels: { a: true } }),
    noticedBy: ['expectation.config'],
  },
  { defect: 'a user', image: withParameters({ User: '0' }), noticedBy: ['expectation.config'] },
  {
    defect: 'another folder',
    image: withParameters({ WorkingDir: '/tmp' }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'another port',
    image: withParameters({ ExposedPorts: { '80/udp': {} } }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'another health check',
    image: withParameters({ Healthcheck: { Test: ['CMD', '/hello'], Interval: 1 } }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'a health check of more than is stated',
    image: withParameters({ Healthcheck: { ...HEALTHCHECK, Retries: 3 } }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'no health check',
    image: withParameters({ Healthcheck: null }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'another shell',
    image: withParameters({ Shell: ['/bin/sh', '-c'] }),
    noticedBy: ['expectation.config'],
  },
  { defect: 'a trigger', image: withParameters({ OnBuild: ['RUN /x'] }), noticedBy: ['expectation.config'] },
  {
    defect: 'escaped arguments',
    image: withParameters({ ArgsEscaped: true }),
    noticedBy: ['expectation.config'],
  },
  {
    defect: 'another time to stop',
    image: withParameters({ StopTimeout: 0 }),
    noticedBy: ['expectation.config'],
  },
  { defect: 'no parameters', image: withConfig({ config: null }), noticedBy: ['expectation.config'] },
  {
    defect: 'no config',
    expectation: { config: hello.config ?? {} },
    image: { config: undefined },
    noticedBy: ['expectation.config'],
  },
  { defect: 'another name', image: { names: ['hello:1'] }, noticedBy: ['expectation.tags'] },
  { defect: 'no name', image: { names: [] }, noticedBy: ['expectation.tags'] },
  {
    defect: 'a name where there must be none',
    expectation: { tags: [] },
    image: {},
    noticedBy: ['expectation.tags'],
  },
  {
    defect: 'another operating system',
    image: withConfig({ os: 'windows' }),
    noticedBy: ['expectation.platform'],
  },
  {
    defect: 'another version of the operating system',
    image: withConfig({ 'os.version': '10.0.2' }),
    noticedBy: ['expectation.platform'],
  },
  {
    defect: 'a feature of the operating system too many',
    image: withConfig({ 'os.features': ['win32k', 'a', 'b'] }),
    noticedBy: ['expectation.platform'],
  },
  {
    defect: 'no config to tell the platform',
    expectation: { platform: { os: 'linux' } },
    image: { config: undefined },
    noticedBy: ['expectation.platform'],
  },
  { defect: 'no history', image: withConfig({ history: [] }), noticedBy: ['expectation.history'] },
  {
    defect: 'history in another order',
    image: withConfig({ history: [...config.history].reverse() }),
    noticedBy: ['expectation.history'],
  },
  {
    defect: 'history of another length',
    expectation: { history: { count: 4 } },
    image: {},
    noticedBy: ['expectation.history'],
  },
];

describe('the golden image', () => {
  test.each([
    ['the documented image', hello],
    ['everything', full],
    ['the root', rootOnly],
  ] as const)('keeps the expectation of %s', (_, expectation) => {
    expect(checkExpectation(archiveOf(golden), expectation).flatMap(({ findings }) => findings)).toEqual([]);
  });

  test('is judged by every requirement', () => {
    const outcomes = checkExpectation(archiveOf(golden), { ...full, structure: STRUCTURE });
    expect(outcomes.map(({ id, status }) => [id, status])).toEqual(
      EXPECTATION_REQUIREMENTS.map(({ id }) => [id, 'pass']),
    );
  });
});

describe('a defect is noticed by just the requirements that it breaks', () => {
  test.each(MUTANTS)('$defect', ({ image, noticedBy, expectation = full }) => {
    expect(noticed({ ...golden, ...image }, expectation)).toEqual(noticedBy);
  });

  test.each(MUTANTS)('$defect: both values are told, and differ', ({ image, expectation = full }) => {
    const outcomes = checkExpectation(archiveOf({ ...golden, ...image }), expectation);
    for (const { expected, actual } of outcomes.flatMap(({ findings }) => findings)) {
      expect(actual.value).not.toEqual(expected.value);
      expect([expected.from, actual.from]).toEqual([
        expect.stringMatching(/^expectation /),
        expect.stringMatching(/./),
      ]);
    }
  });

  test('an archive without an image', () => {
    const outcomes = checkExpectation(archiveOf(), full);
    expect(outcomes.filter(({ status }) => status !== 'not-applicable')).toMatchObject([
      { id: 'expectation.image', status: 'fail' },
    ]);
  });
});

describe('what cannot be told is not judged, and is no pass', () => {
  test.each<readonly [string, Partial<ImageOf>, Expectation, RegExp]>([
    [
      'the size of an absent layer',
      { absentLayer: 1 },
      { sizes: { maxSize: 1e9 } },
      /layer 1 .* is not in the archive/,
    ],
    [
      'the texts of an absent layer',
      { absentLayer: 0 },
      { forbidden: ['x{9}'] },
      /layer 0 .* is not in the archive/,
    ],
    ['the labels of no config', { config: undefined }, { forbidden: ['x{9}'] }, /no readable config/],
    [
      'a text that was too large to keep',
      { layers: [[{ ...readme, digestOnly: true }]] },
      { forbidden: ['x{9}'] },
      /README\.md of layer 0 is a text that is too large/,
    ],
  ])('%s', (_, image, expectation, reason) => {
    const outcomes = checkExpectation(archiveOf({ ...golden, ...image }), expectation);
    expect(outcomes.filter(({ status }) => status === 'error')).toMatchObject([
      { reason: expect.stringMatching(reason) },
    ]);
  });

  test.each<readonly [string, Partial<ImageOf>, Expectation]>([
    [
      'a program is no text',
      { layers: [[{ ...program, digestOnly: true, isBinary: true }]] },
      { forbidden: ['x{9}'] },
    ],
    [
      'a program holds what no text may',
      { layers: [[{ ...program, content: 'secret\0' }]] },
      { forbidden: ['secret'] },
    ],
    [
      'paths alone need no texts',
      { layers: [[{ ...readme, digestOnly: true }]] },
      { forbidden: [{ pattern: 'x{9}', in: ['paths'] }] },
    ],
    ['the number of layers needs no content', { absentLayer: 1 }, { sizes: { maxLayers: 4 } }],
    ['a hard link keeps its content', HARD_LINK_KEPT, { sizes: { maxWasted: 0 } }],
  ])('but %s', (_, image, expectation) => {
    const outcomes = checkExpectation(archiveOf({ ...golden, ...image }), expectation);
    expect(outcomes.filter(({ status }) => status === 'fail' || status === 'error')).toEqual([]);
  });
});

test('each requirement has a mutant that only it notices', () => {
  const alone = new Set(
    MUTANTS.filter(({ noticedBy }) => noticedBy.length === 1).flatMap(({ noticedBy }) => noticedBy),
  );
  expect([...alone, 'expectation.image'].sort()).toEqual(EXPECTATION_REQUIREMENTS.map(({ id }) => id).sort());
});
