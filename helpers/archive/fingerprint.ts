import type { Json } from '../common/json.ts';
import type { Archive, Fingerprint, Profile } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import { annotationOf, fieldOf, isArray, isObject, listOf } from './oci/guards.ts';
import { ANNOTATION } from './oci/media-types.ts';

type Unprinted = Omit<Archive, 'fingerprint'>;

/** Something about the form of an archive that can be seen, in words. */
interface Sign {
  readonly words: string;
  readonly shows: (archive: Unprinted) => boolean;
}

const hasMember = (pattern: RegExp) => (archive: Unprinted) =>
  archive.members.some(({ path, type }) => type !== 'directory' && pattern.test(normalisePath(path)));

const hasDocument = (name: keyof Archive['documents']) => (archive: Unprinted) =>
  archive.documents[name] !== undefined;

const someIndexDescriptor = (test: (descriptor: Json) => boolean) => (archive: Unprinted) =>
  listOf(archive.documents['index.json']?.value, 'manifests').some(test);

const SIGNS = {
  layout: { words: 'oci-layout present', shows: hasDocument('oci-layout') },
  index: { words: 'index.json present', shows: hasDocument('index.json') },
  noIndex: { words: 'no index.json', shows: (archive) => archive.documents['index.json'] === undefined },
  list: {
    words: 'manifest.json is a list',
    shows: (archive) => isArray(archive.documents['manifest.json']?.value),
  },
  object: {
    words: 'manifest.json is a manifest itself',
    shows: (archive) => isObject(archive.documents['manifest.json']?.value),
  },
  noList: { words: 'no manifest.json', shows: (archive) => archive.documents['manifest.json'] === undefined },
  transport: { words: 'version file of the directory transport', shows: hasDocument('version') },
  v1: { words: '<id>/VERSION files', shows: hasMember(/^[0-9a-f]{64}\/VERSION$/) },
  linkedLayers: {
    words: '<id>/layer.tar are links to <diffid>.tar',
    shows: ({ members }) =>
      members.some(
        ({ path, type, linkname }) =>
          type === 'symlink' &&
          /^[0-9a-f]{64}\/layer\.tar$/.test(path) &&
          /^\.\.\/[0-9a-f]{64}\.tar$/.test(linkname),
      ),
  },
  flatLayers: { words: '<diffid>.tar layers at the top', shows: hasMember(/^[0-9a-f]{64}\.tar$/) },
  noNewline: {
    words: 'manifest.json without a final newline',
    shows: (archive) => archive.documents['manifest.json']?.text.endsWith('\n') === false,
  },
  repositories: { words: 'repositories present', shows: hasDocument('repositories') },
  hexConfig: { words: '<id>.json config at the top', shows: hasMember(/^[0-9a-f]{64}\.json$/) },
  layerSources: {
    words: 'LayerSources present',
    shows: (archive) => {
      const value = archive.documents['manifest.json']?.value;
      return isArray(value) && value.some((item) => fieldOf(item, 'LayerSources') !== undefined);
    },
  },
  spacedLayout: {
    words: 'oci-layout written with a space',
    shows: (archive) => archive.documents['oci-layout']?.text.includes('": "') === true,
  },
  sealedBlobs: {
    words: 'blob members mode 0444',
    shows: ({ members }) => {
      const blobs = members.filter(({ path, type }) => type === 'file' && /^(?:\.\/)?blobs\//.test(path));
      return blobs.length > 0 && blobs.every(({ mode }) => (mode & 0o7777) === 0o444);
    },
  },
  tar: { words: 'a tar', shows: ({ form }) => form === 'tar' },
  dated: {
    words: `${ANNOTATION.created} on a descriptor of index.json`,
    shows: someIndexDescriptor((value) => annotationOf(value, ANNOTATION.created) !== undefined),
  },
  imagesOnly: {
    words: 'no artifactType on a descriptor of index.json',
    shows: (archive) =>
      !someIndexDescriptor((value) => fieldOf(value, 'artifactType') !== undefined)(archive),
  },
  colonConfig: { words: 'config named sha256:<hex>', shows: hasMember(/^sha256:[0-9a-f]{64}$/) },
  gzipNames: { words: 'layers named <hex>.tar.gz', shows: hasMember(/^[0-9a-f]{64}\.tar\.gz$/) },
  umociLayers: {
    words: 'ci.umo. annotations on layers',
    shows: ({ descriptors }) =>
      descriptors.some(({ role, value }) =>
        role !== 'layer'
          ? false
          : Object.keys(fieldOf(value, 'annotations') ?? {}).some((key) => key.startsWith('ci.umo.')),
      ),
  },
  umociHistory: {
    words: 'history written by umoci',
    shows: ({ ociImages }) =>
      ociImages.some(({ config }) =>
        listOf(config?.value, 'history').some((step) =>
          /^umoci\b/.test(String(fieldOf(step, 'created_by') ?? '')),
        ),
      ),
  },
  buildah: {
    words: 'io.buildah.version or org.opencontainers.image.base.* in the image',
    shows: ({ ociImages }) =>
      ociImages.some(({ config, manifest }) => {
        const labels = fieldOf(fieldOf(config?.value, 'config'), 'Labels');
        return (
          fieldOf(labels, 'io.buildah.version') !== undefined ||
          annotationOf(manifest?.value, 'org.opencontainers.image.base.digest') !== undefined
        );
      }),
  },
  slashName: {
    words: `${ANNOTATION.refName} is a whole reference`,
    shows: someIndexDescriptor((value) => /[/:]/.test(annotationOf(value, ANNOTATION.refName) ?? '')),
  },
} as const satisfies Readonly<Record<string, Sign>>;

type SignName = keyof typeof SIGNS;

/** From the most particular to the most general: the first row whose signs all show decides. */
const PROFILES: readonly (readonly [Profile, ...SignName[]])[] = [
  ['docker-dir', 'transport', 'object'],
  ['umoci', 'index', 'noList', 'umociLayers'],
  ['umoci', 'index', 'noList', 'umociHistory'],
  ['docker-graphdriver-hybrid', 'index', 'layerSources'],
  ['docker-graphdriver-hybrid', 'index', 'list', 'spacedLayout'],
  ['buildkit-docker', 'index', 'list', 'dated'],
  ['docker-containerd', 'index', 'list', 'sealedBlobs'],
  ['docker-containerd', 'layout', 'list', 'sealedBlobs'],
  // oras dates its descriptors too, and puts the type of the artifact beside the date.
  ['buildkit-oci', 'index', 'noList', 'dated', 'imagesOnly'],
  ['podman-oci-archive', 'tar', 'layout', 'index', 'noList', 'buildah'],
  ['podman-oci-archive', 'tar', 'layout', 'index', 'noList', 'slashName'],
  ['podman-docker-archive', 'noIndex', 'list', 'linkedLayers'],
  ['podman-docker-archive', 'noIndex', 'list', 'flatLayers'],
  ['go-containerregistry', 'noIndex', 'list', 'v1', 'hexConfig', 'noNewline'],
  ['docker-graphdriver-legacy', 'noIndex', 'list', 'v1', 'hexConfig'],
  ['go-containerregistry', 'noIndex', 'list', 'colonConfig'],
  ['go-containerregistry', 'noIndex', 'list', 'gzipNames'],
  ['podman-docker-archive', 'noIndex', 'list', 'repositories', 'noNewline'],
  ['oci-layout', 'layout', 'noList'],
  ['oci-layout', 'index', 'noList'],
];

/** Tells the producer generation from the form alone; `unknown` when no row fits. */
export function fingerprintOf(archive: Unprinted): Fingerprint {
  for (const [profile, ...names] of PROFILES) {
    const signs = names.map((name): Sign => SIGNS[name]);
    if (signs.every(({ shows }) => shows(archive)))
      return { profile, signs: signs.map(({ words }) => words) };
  }
  return { profile: 'unknown', signs: [] };
}
