import type { Archive, Profile } from '../../archive/model.ts';
import type { Violation } from '../outcome.ts';
import type { SaveEvidence } from './evidence.ts';
import { breach, defineStep, promise } from './promise.ts';
import { imageOf } from './saved-files.ts';

const tree = (quote: string) => promise('inspect', quote);
const FOLDERS: readonly Profile[] = ['docker-graphdriver-legacy', 'podman-docker-archive'];
const BLOBS: readonly Profile[] = [
  'docker-graphdriver-hybrid',
  'docker-containerd',
  'buildkit-docker',
  'buildkit-oci',
  'podman-oci-archive',
  'umoci',
  'oci-layout',
];
const REPOSITORIES: readonly Profile[] = [
  'docker-graphdriver-legacy',
  'docker-graphdriver-hybrid',
  'podman-docker-archive',
];
const NO_MANIFEST: readonly Profile[] = ['buildkit-oci', 'podman-oci-archive', 'umoci', 'oci-layout'];

/** The tree that `tar -xf hello.tar` leaves behind, for the generation of engines that wrote the archive. */
export const TREE_REQUIREMENTS = defineStep<SaveEvidence>('save')([
  {
    id: 'tree.generation',
    title: 'The tree of the archive is that of a known generation of engines',
    source: tree('tar -xf hello.tar'),
    consequence: 'Nothing is known about who can read this archive: a new engine writes another tree.',
    *check({ archive }) {
      if (![...FOLDERS, ...BLOBS].includes(archive.fingerprint.profile)) {
        yield breach(
          'save',
          [...FOLDERS, ...BLOBS],
          archive.fingerprint.profile,
          'the members of the archive',
        );
      }
    },
  },
  {
    id: 'tree.manifest',
    title: 'manifest.json stands at the top of the tree',
    source: tree('├── manifest.json'),
    consequence: 'Docker of any version refuses to load the archive.',
    when: wroteNoneOf(NO_MANIFEST, 'is an OCI layout and has no manifest.json'),
    check: ({ archive }) => expectMembers(archive, ['manifest.json']),
  },
  {
    id: 'tree.config',
    title: 'The config is a JSON file at the top, named after its digest',
    source: tree('├── c6248237bb653bc492ca01400961b8e2cfabc3153c5c38540b4bcb9e338b7a9e.json'),
    consequence: 'Tools that look for the config beside manifest.json do not find it.',
    when: writtenBy(FOLDERS, 'keeps the config in blobs/sha256'),
    check: ({ archive }) =>
      expectMembers(archive, [`${(imageOf(archive)?.config?.digest ?? '').replace('sha256:', '')}.json`]),
  },
  {
    id: 'tree.layer-folders',
    title: 'Each layer has a folder with VERSION, json and layer.tar',
    source: tree('├── VERSION'),
    consequence: 'Scripts written for */layer.tar miss layers.',
    when: writtenBy(FOLDERS, 'keeps layers in blobs/sha256'),
    *check({ archive, diffIds }) {
      const folders = new Set(
        namesOf(archive).flatMap((name) => /^([0-9a-f]{64})(?:\/|$)/.exec(name)?.[1] ?? []),
      );
      if (folders.size !== diffIds.length) {
        yield breach('save', diffIds.length, folders.size, 'folders of layers', 'RootFS.Layers');
      }
      for (const folder of folders) {
        yield* expectMembers(archive, [`${folder}/VERSION`, `${folder}/json`, `${folder}/layer.tar`]);
      }
    },
  },
  {
    id: 'tree.repositories',
    title: 'repositories stands at the top of the tree',
    source: tree('└── repositories'),
    consequence: 'Readers of the oldest format do not learn the name of the image.',
    when: writtenBy(REPOSITORIES, 'writes no repositories'),
    check: ({ archive }) => expectMembers(archive, ['repositories']),
  },
  {
    id: 'tree.layout-files',
    title: 'oci-layout and index.json stand at the top of the tree',
    source: {
      document: 'image-layout',
      section: 'oci-layout-file',
      quote: 'It MUST exist',
    },
    consequence: 'Tools that read OCI layouts refuse the archive.',
    when: writtenBy(BLOBS, 'writes no OCI layout'),
    check: ({ archive }) => expectMembers(archive, ['oci-layout', 'index.json']),
  },
  {
    id: 'tree.layer-blobs',
    title: 'Each layer of the image is a file in blobs/sha256',
    source: {
      document: 'image-layout',
      section: 'blobs',
      quote: 'Object names in the `blobs` subdirectories',
    },
    consequence: 'Tools that read OCI layouts find no layers.',
    when: writtenBy(BLOBS, 'keeps layers in folders of their own'),
    *check({ archive }) {
      for (const { member } of imageOf(archive)?.layers ?? []) {
        if (!/^blobs\/sha256\/[0-9a-f]{64}$/.test(member)) {
          yield breach('save', 'blobs/sha256/<digest>', member, 'where the archive says that the layer is');
        } else yield* expectMembers(archive, [member]);
      }
    },
  },
]);

function writtenBy(profiles: readonly Profile[], otherwise: string) {
  return ({ archive: { fingerprint } }: SaveEvidence) =>
    profiles.includes(fingerprint.profile) || `this generation (${fingerprint.profile}) ${otherwise}`;
}

function wroteNoneOf(profiles: readonly Profile[], otherwise: string) {
  return ({ archive: { fingerprint } }: SaveEvidence) =>
    !profiles.includes(fingerprint.profile) || `this archive (${fingerprint.profile}) ${otherwise}`;
}

function namesOf(archive: Archive): readonly string[] {
  return archive.members.map(({ path }) => path.replace(/^(\.?\/)+/, '').replace(/\/$/, ''));
}

function* expectMembers(archive: Archive, names: readonly string[]): Iterable<Violation> {
  const present = new Set(namesOf(archive));
  for (const name of names) {
    if (!present.has(name)) yield breach('save', name, 'no such member', 'list of the archive');
  }
}
