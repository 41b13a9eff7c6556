import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkExpectation } from '../../../../helpers/requirements/expectation/check.ts';
import type { Expectation } from '../../../../helpers/requirements/expectation/model.ts';
import { parseExpectation } from '../../../../helpers/requirements/expectation/read.ts';
import { EXPECTATION_REQUIREMENTS } from '../../../../helpers/requirements/expectation/requirements.ts';
import { archiveOf, elfOf, type FileOf, type ImageOf } from './subject.ts';

const FIXTURE = new URL('../../../../fixtures/hello/expectation.json', import.meta.url);
const hello = parseExpectation(readFileSync(FIXTURE, 'utf8'), 'fixtures/hello/expectation.json');

/** The documented image with everything that an expectation can state. */
const full: Expectation = {
  ...hello,
  tags: ['hello'],
  platform: { os: 'linux', architecture: 'amd64' },
  layers: (hello.layers ?? []).map((layer) => ({
    files: (layer.files ?? []).map((file) => ({
      ...file,
      mode: file.path === 'hello' ? '0755' : '0644',
      uid: 0,
      gid: 0,
    })),
  })),
  config: {
    ...hello.config,
    Env: ['PATH=/bin'],
    Labels: { a: 'b' },
    User: '',
    WorkingDir: '/',
    ExposedPorts: ['80/tcp'],
  },
};

const program: FileOf = { path: 'hello', mode: 0o755, content: elfOf('amd64') };
const readme: FileOf = { path: 'README.md', content: '# hello\n' };
const lower: FileOf = { path: 'final.txt', content: 'a\n' };
const upper: FileOf = { path: 'final.txt', content: 'b\n' };

const config = {
  os: 'linux',
  architecture: 'amd64',
  config: {
    Cmd: ['/hello'],
    Env: ['PATH=/bin'],
    Labels: { a: 'b' },
    WorkingDir: '/',
    ExposedPorts: { '80/tcp': {} },
  },
  history: [
    'COPY hello /',
    'COPY README.md /',
    'COPY a.txt /final.txt',
    'COPY b.txt /final.txt',
    'CMD ["/hello"]',
  ].map((created_by) => ({ created_by })),
};

const golden: ImageOf = { names: ['hello:latest'], layers: [[program], [readme], [lower], [upper]], config };

/** The ids that notice a defect. */
function noticed(image: ImageOf, expectation: Expectation): readonly string[] {
  return checkExpectation(archiveOf(image), expectation)
    .filter(({ status }) => status === 'fail')
    .map(({ id }) => id);
}

interface Mutant {
  readonly defect: string;
  readonly image: Partial<ImageOf>;
  readonly noticedBy: readonly string[];
  /** Default: everything stated. */
  readonly expectation?: Expectation;
}

function withConfig(change: object): Partial<ImageOf> {
  return { config: { ...config, ...change } };
}

function withParameters(change: object): Partial<ImageOf> {
  return withConfig({ config: { ...config.config, ...change } });
}

const rootOnly: Expectation = { rootfs: full.rootfs ?? {} };

const MUTANTS: readonly Mutant[] = [
  {
    defect: 'a layer too many',
    image: { layers: [...golden.layers, []] },
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
    defect: 'another owner',
    image: { layers: [[program], [{ ...readme, uid: 1000 }], [lower], [upper]] },
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
    const outcomes = checkExpectation(archiveOf(golden), full);
    expect(outcomes.map(({ id, status }) => [id, status])).toEqual(
      EXPECTATION_REQUIREMENTS.map(({ id }) => [id, 'pass']),
    );
  });
});

describe('a defect is noticed by just the requirements that it breaks', () => {
  test.each(MUTANTS)('$defect', ({ image, noticedBy, expectation = full }) => {
    expect(noticed({ ...golden, ...image }, expectation)).toEqual(noticedBy);
  });

  test('an archive without an image', () => {
    const outcomes = checkExpectation(archiveOf(), full);
    expect(outcomes.filter(({ status }) => status !== 'not-applicable')).toMatchObject([
      { id: 'expectation.image', status: 'fail' },
    ]);
  });
});

test('each requirement has a mutant that only it notices', () => {
  const alone = new Set(
    MUTANTS.filter(({ noticedBy }) => noticedBy.length === 1).flatMap(({ noticedBy }) => noticedBy),
  );
  expect([...alone, 'expectation.image'].sort()).toEqual(EXPECTATION_REQUIREMENTS.map(({ id }) => id).sort());
});
