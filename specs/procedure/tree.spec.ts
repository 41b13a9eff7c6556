import type { Archive, Profile } from '../../helpers/archive/model.ts';
import type { Violation } from '../../helpers/requirements/outcome.ts';
import type { SaveEvidence } from '../../helpers/requirements/procedure/evidence.ts';
import { imageOf, layersOf } from '../../helpers/requirements/procedure/saved-files.ts';
import { defineStep, documented } from '../../helpers/requirements/procedure/step.ts';
import { mustEqual, violation } from '../../helpers/requirements/violation.ts';

/** Profiles of archives by what their tree has. */
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

// $ tar -xf hello.tar
//
// Up to Docker 24 (and from podman) each layer has a folder with VERSION, json and layer.tar; since Docker 25 layers are
// files in blobs/sha256 beside index.json and oci-layout. Which of the two is told from the archive itself.
export const tree = defineStep('tree', [
  {
    id: 'tree.generation',
    title: 'The tree of the archive is that of a known generation of engines',
    source: documented('inspect', 'tar -xf hello.tar'),
    consequence: 'Unknown archive layout. Check that your tools can read it before you upgrade.',
    *check({ archive: { fingerprint } }) {
      const known = [...FOLDERS, ...BLOBS];
      if (!known.includes(fingerprint.profile))
        yield violation(fingerprint.profile, 'the members of the archive', known);
    },
  },
  {
    id: 'tree.manifest',
    title: 'manifest.json stands at the top of the tree',
    source: documented('inspect', '├── manifest.json'),
    consequence: 'Docker of any version refuses to load the archive.',
    when: wroteNoneOf(NO_MANIFEST, 'is an OCI layout and has no manifest.json'),
    check: ({ archive }) => mustHold(archive, ['manifest.json']),
  },
  {
    id: 'tree.config',
    title: 'The config is a JSON file at the top, named after its digest',
    source: documented(
      'inspect',
      '├── c6248237bb653bc492ca01400961b8e2cfabc3153c5c38540b4bcb9e338b7a9e.json',
    ),
    consequence: 'Tools that look for the config beside manifest.json do not find it.',
    when: writtenBy(FOLDERS, 'keeps the config in blobs/sha256'),
    check: ({ archive }) =>
      mustHold(archive, [`${(imageOf(archive)?.config?.digest ?? '').replace('sha256:', '')}.json`]),
  },
  {
    id: 'tree.layer-folders',
    title: 'Each layer has a folder with VERSION, json and layer.tar',
    source: documented('inspect', '├── VERSION'),
    consequence: 'Scripts written for */layer.tar miss layers.',
    when: writtenBy(FOLDERS, 'keeps layers in blobs/sha256'),
    *check({ archive, diffIds }) {
      const names = namesOf(archive);
      const folders = new Set(names.flatMap((name) => /^([0-9a-f]{64})(?:\/|$)/.exec(name)?.[1] ?? []));
      yield* mustEqual(folders.size, 'folders of layers', diffIds.length, 'RootFS.Layers');
      for (const folder of folders)
        yield* mustHold(archive, [`${folder}/VERSION`, `${folder}/json`, `${folder}/layer.tar`]);
    },
  },
  {
    id: 'tree.repositories',
    title: 'repositories stands at the top of the tree',
    source: documented('inspect', '└── repositories'),
    consequence: 'Readers of the oldest format do not learn the name of the image.',
    when: writtenBy(REPOSITORIES, 'writes no repositories'),
    check: ({ archive }) => mustHold(archive, ['repositories']),
  },
  {
    id: 'tree.layout-files',
    title: 'oci-layout and index.json stand at the top of the tree',
    source: { document: 'image-layout', section: 'content', quote: 'It MUST exist' },
    consequence: 'Tools that read OCI layouts refuse the archive.',
    when: writtenBy(BLOBS, 'writes no OCI layout'),
    check: ({ archive }) => mustHold(archive, ['oci-layout', 'index.json']),
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
      for (const { member } of layersOf(archive)) {
        if (/^blobs\/sha256\/[0-9a-f]{64}$/.test(member)) yield* mustHold(archive, [member]);
        else yield violation(member, 'where the archive says that the layer is', 'blobs/sha256/<digest>');
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

/** One violation for each member that is missing. */
function* mustHold(archive: Archive, names: readonly string[]): Iterable<Violation> {
  const present = new Set(namesOf(archive));
  for (const name of names)
    if (!present.has(name)) yield violation('no such member', 'list of the archive', name);
}

function namesOf({ members }: Archive): readonly string[] {
  return members.map(({ path }) => path.replace(/^(\.?\/)+/, '').replace(/\/$/, ''));
}
