import { expect, test } from 'vitest';
import { checkExpectation, contentsWanted } from '../../../../helpers/requirements/expectation/check.ts';
import { draftExpectation } from '../../../../helpers/requirements/expectation/draft.ts';
import { parseExpectation } from '../../../../helpers/requirements/expectation/read-expectation.ts';
import { full, golden, HEALTHCHECK, oci, withConfig, withParameters } from './golden.ts';
import { archiveOf, elfOf, type ImageOf } from './subject.ts';

const MANY_FILES = Array.from({ length: 700 }, (_, position) => ({
  path: `file-${position}`,
  content: `${position}`,
}));

const IMAGES: Readonly<Record<string, ImageOf>> = {
  'a program, texts, links and whiteouts': {
    names: ['localhost/x:1', 'x:2'],
    layers: [
      [
        { path: './', type: 'directory' },
        { path: 'bin/', type: 'directory', mode: 0o40755 },
        { path: 'bin/program', mode: 0o100755, content: elfOf('arm64') },
        { path: 'bin/alias', type: 'hardlink', linkname: 'bin/program' },
        { path: 'link', type: 'symlink', linkname: '../../etc' },
        { path: 'text', content: 'é\n', uid: 7, gid: 8 },
        { path: 'binary', content: Uint8Array.of(0, 255, 1) },
        { path: 'bell', content: '\u0007' },
        { path: 'null', type: 'character-device' },
      ],
      [{ path: '.wh.text' }, { path: 'bin/.wh..wh..opq' }],
    ],
    config: {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      config: {
        Cmd: ['/bin/program'],
        Env: ['A=b=c', 'D='],
        User: '7:8',
        Labels: { 'a.b': '' },
        ExposedPorts: { '80/tcp': {} },
        Volumes: { '/a=b': {} },
      },
      history: [{ created_by: 'COPY (a|b) [c] $x {y} ^z \\ / 🐧'.repeat(5) }, {}, { created_by: '' }],
    },
  },
  'nothing at all': { names: [], layers: [], config: {} },
  'a config that is not as it should be': {
    names: ['x'],
    layers: [
      [
        { path: '../outside', content: 'x' },
        { path: '/absolute', content: 'y' },
      ],
    ],
    config: { os: 1, config: { Cmd: 'x', Env: ['A'], Labels: [1], ExposedPorts: [] }, history: {} },
  },
  'no config': { names: [], layers: [[]], config: undefined },
  'more files than a person reads': {
    names: ['x'],
    layers: [MANY_FILES],
    config: {},
  },
};

test.each(Object.entries(IMAGES))('the draft of %s is valid and holds', (_, image) => {
  const archive = archiveOf(image);
  const [subject] = archive.dockerImages;
  if (!subject) throw new Error('no image');
  const draft = parseExpectation(JSON.stringify(draftExpectation(archive, subject)), 'draft.json');
  const outcomes = checkExpectation(archive, draft);
  expect(outcomes.flatMap(({ findings }) => findings.map(({ message }) => message))).toEqual([]);
  expect(outcomes.filter(({ status }) => status === 'error')).toEqual([]);
});

test('a draft states what was seen', () => {
  const archive = archiveOf(IMAGES['a program, texts, links and whiteouts'] ?? { names: [], layers: [] });
  const [subject] = archive.dockerImages;
  if (!subject) throw new Error('no image');
  const draft = draftExpectation(archive, subject);
  expect(draft.layers?.[0]?.files?.slice(1, 6)).toEqual([
    {
      path: 'bin/program',
      type: 'file',
      mode: '0755',
      uid: 0,
      gid: 0,
      mtime: 0,
      digest: expect.stringMatching(/^sha256:/),
      elf: { static: true, architecture: 'image' },
    },
    { path: 'bin/alias', type: 'hardlink', mode: '0644', uid: 0, gid: 0, mtime: 0, linkname: 'bin/program' },
    { path: 'link', type: 'symlink', mode: '0644', uid: 0, gid: 0, mtime: 0, linkname: '../../etc' },
    { path: 'text', type: 'file', mode: '0644', uid: 7, gid: 8, mtime: 0, content: 'é\n' },
    {
      path: 'binary',
      type: 'file',
      mode: '0644',
      uid: 0,
      gid: 0,
      mtime: 0,
      digest: expect.stringMatching(/^sha256:/),
    },
  ]);
  expect(draft.config).toMatchObject({ Env: ['A=b=c', 'D='], ExposedPorts: ['80/tcp'], Volumes: ['/a=b'] });
  expect(contentsWanted(draft).paths).toEqual([
    'bin/program',
    'text',
    'binary',
    'bell',
    '.wh.text',
    'bin/.wh..wh..opq',
  ]);
});

test('a draft of everything that can be stated is valid and holds', () => {
  const archive = archiveOf(golden);
  const [subject] = archive.dockerImages;
  if (!subject) throw new Error('no image');
  const draft = parseExpectation(JSON.stringify(draftExpectation(archive, subject)), 'draft.json');
  expect(draft).toMatchObject({
    platform: { 'os.version': '10.0.1', 'os.features': ['a', 'win32k'] },
    layers: [{ files: [{ mtime: 1.5, xattrs: { 'user.note': 'text', 'user.any': 'x' } }] }, {}, {}, {}],
    config: { Healthcheck: HEALTHCHECK, StopTimeout: 5, Shell: ['/shell', '-c'] },
    annotations: { index: oci.index.annotations, manifest: oci.manifest.annotations },
    mediaTypes: full.mediaTypes,
    compression: 'none',
    attestations: expect.arrayContaining(full.attestations as string[]),
    signatures: ['application/vnd.cncf.notary.signature'],
    sizes: { maxSize: 8192, maxLayers: 4, maxWasted: 2 },
  });
  const statuses = checkExpectation(archive, draft).map(({ id, status }) => [id, status]);
  const stated = statuses.filter(([id]) => !id?.startsWith('expectation.structure-'));
  expect(stated.filter(([, status]) => status !== 'pass')).toEqual([
    ['expectation.forbidden', 'not-applicable'],
  ]);
});

test.each<readonly [string, Partial<ImageOf>, string]>([
  [
    'config fields that it cannot state',
    withParameters({ Hostname: 'x', Tty: true, Cmd: 'text' }),
    'config Cmd, Hostname, Tty',
  ],
  ['files beyond those of one list', { layers: [MANY_FILES] }, '200 files'],
  [
    'the ends of long history lines',
    withConfig({ history: [{ created_by: 'x'.repeat(61) }] }),
    'behind their first 60 characters',
  ],
  [
    'history lines with secrets',
    withConfig({ history: [{ created_by: 'ENV PASSWORD=hunter2' }] }),
    '1 history lines that look like secrets',
  ],
  ['what it never states', {}, 'forbidden patterns'],
])('a draft says that it left out %s', (_, change, text) => {
  const archive = archiveOf({ ...golden, ...change });
  const [subject] = archive.dockerImages;
  if (!subject) throw new Error('no image');
  expect(draftExpectation(archive, subject).comment).toMatch(new RegExp(`Not written down: .*${text}`));
});
