import type { Archive, DescriptorUse, Image } from '../../archive/model.ts';
import { fieldOf, isArray, listOf, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, isOtherContent, LAYER_COMPRESSION } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { familiarName } from './names.ts';
import { breach, cite, defineForArchive, imageName } from './support.ts';

const CONTAINERD_NAME = cite('containerd', 'core/images/archive/exporter.go', 'io.containerd.image.name');

/** Two roads lead to the images of a modern docker archive: what one says, the other must say too. */
export const AGREEMENT_REQUIREMENTS = defineForArchive([
  {
    id: 'agreement.images-in-index',
    title: 'Every image of manifest.json is reachable from index.json',
    level: 'consumer',
    source: cite(
      'issue-tracker',
      'moby/moby#51389',
      'Saving two untagged images lists only the first in index.json.',
    ),
    aliases: ['O16', 'O18', 'R4', 'R5'],
    consequence:
      'kind, ctr, skopeo and every other consumer of OCI layouts loses an image, without an error.',
    when: hasBothRoads,
    *check(archive) {
      const reachable = new Set(archive.ociImages.flatMap(({ config }) => (config ? [config.digest] : [])));
      const lost = archive.dockerImages.filter(({ config }) => config && !reachable.has(config.digest));
      // A descriptor that leads nowhere is a breach of its own, and may have been the way to this image.
      if (lost.length <= deadEnds(archive)) return;
      for (const image of lost)
        yield breach(
          { image: imageName(image), member: 'index.json', pointer: '/manifests' },
          image.config?.digest,
          [...reachable],
          'configs that index.json leads to',
          `sha256(${image.config?.member})`,
        );
    },
  },
  {
    id: 'agreement.images-in-manifest-json',
    title: 'Every name of index.json leads to an image that manifest.json lists too',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'combined-image-json--filesystem-changeset-format',
      'There is an entry in the array for each image.',
    ),
    aliases: ['O16', 'O18'],
    consequence:
      'docker load with a graph driver and podman load take manifest.json, and lose the image without an error.',
    when: hasBothRoads,
    *check(archive) {
      const listed = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
      const isComplete = archive.dockerImages.every(({ config }) => config !== undefined);
      for (const images of groups(archive).values()) {
        const [image] = images;
        const digests = images.flatMap(({ config }) => (config ? [config.digest] : []));
        if (!image || !isComplete || digests.length === 0 || digests.some((digest) => listed.has(digest)))
          continue;
        // Images that both roads lose track of are reported once, by the other direction.
        if (
          archive.dockerImages.some(
            ({ config }) => !archive.ociImages.some((oci) => oci.config?.digest === config?.digest),
          )
        )
          continue;
        yield breach(
          { image: imageName(image), member: 'manifest.json' },
          digests,
          [...listed],
          'configs that manifest.json names',
          'configs that this descriptor of index.json leads to',
        );
      }
    },
  },
  {
    id: 'agreement.names',
    title: 'RepoTags of every image are the names that index.json gives it',
    level: 'consumer',
    source: CONTAINERD_NAME,
    aliases: ['O16', 'O18', 'R16', 'R65', 'R70'],
    consequence: 'The image gets other names, or none, depending on which file the loader reads.',
    when: hasBothRoads,
    check: findNameDifferences,
  },
  {
    id: 'agreement.ref-name',
    title: 'The reference name of an image is the tag of its full name',
    level: 'consumer',
    source: CONTAINERD_NAME,
    aliases: ['O18'],
    consequence: 'containerd imports the image under another tag than other consumers.',
    when: (archive) =>
      roots(archive).some((value) => namesOf(value).full !== undefined) ||
      'no descriptor of index.json has a full name',
    *check(archive) {
      for (const [position, value] of roots(archive).entries()) {
        const { full, short } = namesOf(value);
        if (full === undefined || short === undefined || full.includes('@')) continue;
        const tag = full.slice(full.lastIndexOf(':') + 1);
        if (short === tag || short === full || familiarName(short) === familiarName(full)) continue;
        yield breach(
          { member: 'index.json', pointer: `/manifests/${position}/annotations` },
          tag,
          short,
          ANNOTATION.refName,
          ANNOTATION.containerdName,
        );
      }
    },
  },
  {
    id: 'agreement.platform',
    title: 'platform of every descriptor is that of the config it leads to',
    level: 'consumer',
    source: cite(
      'image-index',
      'image-index-property-descriptions',
      'This OPTIONAL property describes the minimum runtime requirements of the image.',
    ),
    aliases: ['O12'],
    consequence:
      'An engine chooses the image for one platform and gets programs for another: "exec format error".',
    when: ({ ociImages, dockerImages }) =>
      [...ociImages, ...dockerImages].some(
        ({ kind, descriptor, config }) =>
          kind === 'image' && config && fieldOf(descriptor?.value, 'platform'),
      ) || 'no descriptor of an image states a platform',
    *check({ ociImages, dockerImages }) {
      for (const image of [...ociImages, ...dockerImages]) {
        const platform = fieldOf(image.descriptor?.value, 'platform');
        if (image.kind !== 'image' || !image.descriptor || !image.config) continue;
        for (const name of ['os', 'architecture', 'variant']) {
          const promised = stringOf(platform, name);
          const actual = stringOf(image.config.value, name);
          if (!promised || !actual || promised === actual) continue;
          yield breach(
            { ...image.descriptor.where, pointer: `${image.descriptor.where.pointer}/platform/${name}` },
            actual,
            promised,
            'platform of the descriptor',
            `${image.config.member} /${name}`,
          );
        }
      }
    },
  },
  {
    id: 'image.blobs-present',
    title: 'The archive holds every manifest, config and layer of the images to be loaded',
    level: 'consumer',
    source: cite('issue-tracker', 'moby/moby#49473', 'A saved archive lacked blobs of layers.'),
    aliases: ['O5', 'A4', 'R18'],
    consequence: 'Loading ends with "content digest … not found". Blobs of other platforms may be missing.',
    when: ({ documents, dockerImages }) =>
      documents['index.json'] !== undefined ||
      dockerImages.some(({ manifest }) => manifest) ||
      'the archive has neither an index.json nor the manifest of a docker-dir',
    check: findMissingBlobs,
  },
]);

function hasBothRoads({ documents }: Archive): true | string {
  if (!isArray(documents['manifest.json']?.value))
    return 'the archive has no list of images in manifest.json';
  return (
    isArray(fieldOf(documents['index.json']?.value, 'manifests')) ||
    'the archive has no list of manifests in index.json'
  );
}

/** Descriptors of manifests, and images, that end before a config. */
function deadEnds({ descriptors, ociImages, indexes = [] }: Archive): number {
  const reached = new Set([...ociImages.flatMap(({ path }) => path), ...indexes.map(({ digest }) => digest)]);
  const unread = descriptors.filter(
    ({ role, digest, mediaType }) =>
      role === 'manifest' && !isOtherContent(mediaType) && (digest === undefined || !reached.has(digest)),
  );
  return unread.length + ociImages.filter(({ kind, config }) => kind === 'image' && !config).length;
}

/** Images by the descriptor of `index.json` that leads to them. */
function groups({ ociImages }: Archive): ReadonlyMap<string, readonly Image[]> {
  const result = new Map<string, Image[]>();
  for (const image of ociImages) {
    const key = image.path[0] ?? '';
    if (image.kind === 'image') result.set(key, [...(result.get(key) ?? []), image]);
  }
  return result;
}

/** Descriptors of `index.json` itself. */
function roots({ documents }: Archive): readonly Json[] {
  return listOf(documents['index.json']?.value, 'manifests');
}

function namesOf(value: Parameters<typeof fieldOf>[0]) {
  const annotations = fieldOf(value, 'annotations');
  return {
    full: stringOf(annotations, ANNOTATION.containerdName),
    short: stringOf(annotations, ANNOTATION.refName),
  };
}

function* findNameDifferences(archive: Archive): Iterable<Violation> {
  const configs = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
  for (const digest of configs) {
    const oci = archive.ociImages.filter(({ config, kind }) => config?.digest === digest && kind === 'image');
    const [first] = oci;
    if (!first) continue;
    const docker = archive.dockerImages
      .filter(({ config }) => config?.digest === digest)
      .flatMap(({ names }) => names);
    const tags = [...new Set(docker.map(familiarName))].sort();
    const names = [...new Set(oci.flatMap(({ names: own }) => own).map(familiarName))].sort();
    // Without a repository, only the tag can be compared.
    const comparable = names.every((name) => name.includes(':'))
      ? tags
      : tags.map((tag) => tag.slice(tag.lastIndexOf(':') + 1));
    if ([...new Set(comparable)].sort().join('\n') === names.join('\n')) continue;
    yield breach(
      { image: imageName(first), member: 'index.json' },
      tags,
      names,
      'names in index.json',
      'RepoTags in manifest.json',
    );
  }
}

/**
 * What an image needs and the archive does not have. image-layout.md allows missing blobs; so does an archive of
 * several platforms, of which one is complete. Layers of a foreign type or with urls are fetched elsewhere.
 */
function* findMissingBlobs(archive: Archive): Iterable<Violation> {
  for (const image of archive.dockerImages)
    yield* missingOf(image, archive).map(({ where, digest }) => missing(where, digest, 'manifest.json'));
  const needed = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
  for (const [top, images] of groups(archive)) {
    const complete = images.some((image) => missingOf(image, archive).length === 0);
    for (const image of images) {
      const isWanted = image.path.length === 1 || needed.has(image.config?.digest ?? '') || !complete;
      if (isWanted) yield* missingOf(image, archive).map(({ where, digest }) => missing(where, digest, top));
    }
  }
  for (const { where, digest } of missingManifests(archive)) yield missing(where, digest, digest ?? '');
}

/** Manifests of `index.json` itself, and those of an index below it that has no image at all. */
function missingManifests({
  descriptors,
  documents,
  ociImages,
  dockerImages,
}: Archive): readonly DescriptorUse[] {
  const images = new Set([
    ...ociImages.flatMap(({ kind, path }) => (kind === 'image' ? [path.at(-1)] : [])),
    // A docker-dir may hold a list of manifests.
    ...dockerImages.flatMap(({ descriptor }) => descriptor?.digest ?? []),
  ]);
  const reached = new Set(ociImages.flatMap(({ path }) => path));
  const manifests = descriptors.filter(
    ({ role, digest, mediaType, value }) =>
      role === 'manifest' && digest !== undefined && !isOtherContent(mediaType) && !isAttestation(value),
  );
  const isServed = (index: string | undefined) =>
    index !== documents['index.json']?.member &&
    manifests.some(({ where, digest }) => where.member === index && images.has(digest));
  return manifests.filter(
    ({ where, digest, blob }) => !blob && !reached.has(digest ?? '') && !isServed(where.member),
  );
}

function isAttestation(descriptor: Json): boolean {
  return fieldOf(fieldOf(descriptor, 'annotations'), ANNOTATION.referenceType) === 'attestation-manifest';
}

function missingOf(image: Image, { descriptors }: Archive) {
  return descriptors.filter(
    ({ role, where, digest, blob, mediaType, value }) =>
      (role === 'config' || role === 'layer') &&
      where.member === image.manifest?.member &&
      digest !== undefined &&
      !blob &&
      !isForeign(mediaType) &&
      !isArray(fieldOf(value, 'urls')) &&
      fieldOf(value, 'data') === undefined,
  );
}

function isForeign(mediaType: string | undefined): boolean {
  return (
    mediaType !== undefined &&
    Object.hasOwn(LAYER_COMPRESSION, mediaType) &&
    /nondistributable|foreign/.test(mediaType)
  );
}

function missing(where: Violation['where'], digest: string | undefined, top: string): Violation {
  return breach(
    where,
    digest,
    'no such blob',
    'members of the archive',
    `digest of the descriptor, below ${top}`,
  );
}
