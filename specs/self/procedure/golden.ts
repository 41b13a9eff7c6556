import { createHash } from 'node:crypto';
import type { Archive, Layer, Profile } from '../../../helpers/archive/model.ts';
import type { TarEntry } from '../../../helpers/archive/tar/entry.ts';
import type { InspectedImage, Run } from '../../../helpers/engines/answers.ts';
import type { EngineHandle } from '../../../helpers/engines/engine-model.ts';
import type {
  FlowEvidence,
  ShellLine,
  ShellLineId,
} from '../../../helpers/requirements/procedure/evidence.ts';

/** Evidence of a flawless run, as plain data: what every mutant starts from. No engine is needed to make it. */

export const EXPECTED_IMAGE = {
  cmd: ['/hello'],
  layers: [
    { path: 'hello', content: null },
    { path: 'README.md', content: null },
    { path: 'final.txt', content: 'a\n' },
    { path: 'final.txt', content: 'b\n' },
  ],
  root: [
    { path: 'README.md', content: null },
    { path: 'final.txt', content: 'b\n' },
    { path: 'hello', content: null },
  ],
  output: 'Hello, world!\n',
  errors: '',
  exitCode: 0,
  isGiven: false,
};

const TEXTS = ['\x7fELF', '# hello\n', 'a\n', 'b\n'];
const PATHS = ['hello', 'README.md', 'final.txt', 'final.txt'];
const hex = (text: string) => createHash('sha256').update(text).digest('hex');

export function sampleEntry(path: string, type: TarEntry['type'] = 'file'): TarEntry {
  return {
    ...{ path, type, typeflag: '0', mode: 0o644, uid: 0, gid: 0, size: 2, mtime: 0, uname: '', gname: '' },
    ...{
      linkname: '',
      devmajor: 0,
      devminor: 0,
      headerOffset: 0,
      dataOffset: 512,
      format: 'ustar' as const,
      pax: {},
    },
  };
}

export function sampleLayer(
  member: string,
  files: readonly (readonly [path: string, text: string])[],
): Layer {
  const digest = `sha256:${hex(JSON.stringify(files))}`;
  return {
    ...{ member, compression: 'none' as const, size: 2048, digest, uncompressedSize: 2048, diffId: digest },
    entries: files.map(([path]) => sampleEntry(path)),
    trailer: { zeroBlocks: 2, trailingBytes: 0 },
    programs: new Map(),
    texts: new Map(),
    contents: new Map(
      files.map(([, text], position) => [
        position,
        { digest: `sha256:${hex(text)}`, bytes: Buffer.from(text) },
      ]),
    ),
  };
}

const CONFIG = hex('config');

/** Where each generation keeps the layer at a position. */
function memberOf(profile: Profile, position: number): string {
  const id = hex(`layer ${position}`);
  return profile === 'docker-graphdriver-legacy' ? `${id}/layer.tar` : `blobs/sha256/${id}`;
}

export function sampleArchive(profile: Profile): Archive {
  const layers = PATHS.map((path, position) =>
    sampleLayer(memberOf(profile, position), [[path, TEXTS[position] ?? '']]),
  );
  const legacy = profile === 'docker-graphdriver-legacy';
  const names = legacy
    ? [
        ...layers.flatMap(({ member }) => {
          const folder = member.replace('layer.tar', '');
          return [folder, `${folder}VERSION`, `${folder}json`, member];
        }),
        ...[`${CONFIG}.json`, 'manifest.json', 'repositories'],
      ]
    : [
        ...layers.map(({ member }) => member),
        `blobs/sha256/${CONFIG}`,
        'index.json',
        'manifest.json',
        'oci-layout',
        'repositories',
      ];
  return {
    ...{ source: 'hello.tar', form: 'tar' as const, compression: 'none' as const, size: 10_240 },
    members: names.map((name) => sampleEntry(name, name.endsWith('/') ? 'directory' : 'file')),
    trailer: { zeroBlocks: 2, trailingBytes: 0 },
    ...{ problems: [], documents: {}, ociImages: [], descriptors: [], blobs: [] },
    dockerImages: [
      {
        ...{
          view: 'manifest.json' as const,
          position: 0,
          kind: 'image' as const,
          names: ['run/hello:buildx'],
          path: [],
        },
        config: { member: `${CONFIG}.json`, size: 2, digest: `sha256:${CONFIG}`, text: '{}', value: {} },
        diffIds: layers.map(({ diffId }) => diffId),
        layers: layers.map((layer, position) => ({
          position,
          member: layer.member,
          reference: layer.member,
          layer,
        })),
      },
    ],
    layers: new Map(layers.map((layer) => [layer.member, layer])),
    fingerprint: { profile, signs: [] },
  };
}

const DIFF_IDS = sampleArchive('docker-graphdriver-hybrid').dockerImages[0]?.diffIds ?? [];
const TAG = 'run/hello:buildx';

const IMAGE: InspectedImage = {
  ...{
    id: 'sha256:1',
    tags: [TAG],
    parent: '',
    os: 'linux',
    architecture: 'amd64',
    created: '2026-01-01T00:00:00Z',
  },
  ...{ cmd: ['/hello'], entrypoint: null, labels: {}, diffIds: DIFF_IDS },
};

const ok = (command: string, stdout = '') => ({ command, exitCode: 0, stdout, stderr: '' });

const RUNS: readonly Run[] = [
  { ...ok('docker run --rm hello', 'Hello, world!\n'), form: 'cli', tty: false, gone: true },
  { ...ok('docker run -ti --rm hello', 'Hello, world!\r\n'), form: 'cli-tty', tty: true, gone: true },
  { ...ok('POST /containers/create', 'Hello, world!\n'), form: 'api', tty: false, gone: true },
  { ...ok('POST /containers/create (Tty)', 'Hello, world!\r\n'), form: 'api-tty', tty: true, gone: true },
];

function shellLines(layout: 'legacy' | 'blobs'): Readonly<Partial<Record<ShellLineId, ShellLine>>> {
  const profile = layout === 'legacy' ? 'docker-graphdriver-legacy' : 'docker-graphdriver-hybrid';
  const paths = PATHS.map((_, position) => memberOf(profile, position));
  const outputs: Partial<Record<ShellLineId, string>> = {
    ...{ build: '', run: 'Hello, world!\r\n', save: '', extract: '', jq: `${paths.join('\n')}\n` },
    ...(layout === 'legacy'
      ? { loop: '', 'cat-lower': 'a\n', 'cat-upper': 'b\n' }
      : { 'loop-today': '', 'cat-lower-today': 'a\n', 'cat-upper-today': 'b\n' }),
  };
  return Object.fromEntries(
    Object.entries(outputs).map(([id, stdout]) => [id, { id: id as ShellLineId, ...ok(id, stdout) }]),
  );
}

export function sampleShell(layout: 'legacy' | 'blobs'): FlowEvidence['shell'] {
  const lines = shellLines(layout);
  const paths = lines.jq?.stdout.trim().split('\n') ?? [];
  const folders = paths.map((path) =>
    layout === 'legacy' ? path.replace('layer.tar', 'layer') : `${path}.d/layer`,
  );
  const files = [
    ...paths,
    ...folders.map((folder, position) => `${folder}/${PATHS[position]}`),
    'manifest.json',
  ];
  return { expectedImage: EXPECTED_IMAGE, lines, layout, files };
}

export function sampleSave(profile: Profile): FlowEvidence['save'] {
  return {
    ...{
      builder: 'buildx' as const,
      saver: 'docker-save' as const,
      command: ok('docker save -o hello.tar hello'),
    },
    ...{ expectedImage: EXPECTED_IMAGE, tag: TAG, diffIds: DIFF_IDS, archive: sampleArchive(profile) },
  };
}

export const GOLDEN: FlowEvidence = {
  reproduce: { builder: 'buildx', epoch: 0, command: 'docker buildx build', differences: [], omitted: 0 },
  context: { builder: 'buildx', refusal: null, lacks: null, builtBy: ['buildx'] },
  compile: {
    command: ok('gcc -o hello -static main.c'),
    platform: 'linux/amd64',
    binary: {
      isElf: true,
      type: 'executable',
      architecture: 'amd64',
      isLoadable: true,
      interpreter: null,
      needed: [],
      runpath: [],
      isWhole: true,
    },
  },
  builders: {
    ls: ok('docker buildx ls'),
    inspect: ok('docker buildx inspect'),
    ...{
      platform: 'linux/amd64',
      current: 'default',
      driver: 'docker',
      status: 'running',
      buildkit: 'v0.13.2',
    },
    platforms: ['linux/amd64', 'linux/386'],
  },
  build: {
    ...{
      builder: 'buildx',
      family: 'docker',
      command: 'docker buildx build',
      tag: TAG,
      expectedImage: EXPECTED_IMAGE,
      platform: 'linux/amd64',
    },
    ...{ store: 'overlay2', image: IMAGE, ancestors: [], again: IMAGE, cachedSteps: 4 },
    history: [
      'COPY hello / # buildkit',
      'COPY README.md / # buildkit',
      'COPY a.txt',
      'COPY b.txt',
      'CMD ["/hello"]',
    ],
  },
  run: { builder: 'buildx', expectedImage: EXPECTED_IMAGE, runs: RUNS },
  save: sampleSave('docker-graphdriver-hybrid'),
  shell: sampleShell('blobs'),
  load: {
    ...{
      builder: 'buildx',
      expectedImage: EXPECTED_IMAGE,
      tag: TAG,
      store: 'overlay2',
      before: IMAGE,
      after: IMAGE,
    },
    remove: ok('DELETE /images/hello'),
    load: ok('docker load -i hello.tar', 'Loaded image: hello\n'),
    run: { ...ok('docker run --rm hello', 'Hello, world!\n'), form: 'api', tty: false, gone: true },
  },
};

/** An engine that can be named, and nothing more. */
export function sampleEngine(workDir: string): EngineHandle {
  return {
    ...{ name: 'sample', family: 'docker', origin: 'rootfs', identity: 'one', runId: 'sc0', workDir },
    stack: { engine: 'Docker Engine', version: '26.1.5', store: 'overlay2', platform: 'linux/amd64' },
    ...{ tools: {}, toolEnvironment: {}, features: [], builders: [], savers: [], lacking: {} },
  };
}
