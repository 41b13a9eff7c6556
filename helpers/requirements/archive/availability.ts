import type { Archive, DescriptorUse, Image } from '../../archive/model.ts';
import { fieldOf, isArray, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, ATTESTATION_MANIFEST, isOtherContent } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { cite, defineForArchive, imagesByRoot, violationAt } from './support.ts';

/** Whether all that an image needs can be had. */
export const AVAILABILITY_REQUIREMENTS = defineForArchive([
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
  {
    id: 'image.platforms-present',
    title: 'The archive holds every platform that its indexes name',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'kubernetes-sigs/kind#3795',
      'An archive names platforms that it does not hold.',
    ),
    aliases: ['A4'],
    consequence:
      'kind load and ctr import --all-platforms end with "content digest … not found". Save with --platform, or import one platform.',
    when: ({ indexes = [] }) => indexes.length > 0 || 'no index lies below index.json',
    *check(archive) {
      for (const { where, digest, value } of absentPlatforms(archive))
        yield violationAt(
          where,
          digest,
          'no such blob',
          'members of the archive',
          `platform ${platformOf(value)}`,
        );
    },
  },
]);

/** Manifests below `index.json` that are not there, and those whose own content is not. What no platform has is another violation. */
function absentPlatforms(archive: Archive): readonly DescriptorUse[] {
  const lost = new Set(missingManifests(archive));
  const missingOf = missingFinder(archive);
  const complete = new Set<string | undefined>();
  const partial = new Set<DescriptorUse>();
  for (const image of archive.ociImages) {
    if (image.kind !== 'image' || !image.descriptor) continue;
    if (missingOf(image).length === 0) complete.add(image.descriptor.where.member);
    else partial.add(image.descriptor);
  }
  const root = archive.documents['index.json']?.member;
  return archive.descriptors.filter((use) => {
    const { role, where, digest, blob, mediaType, value } = use;
    if (role !== 'manifest' || where.member === root || digest === undefined) return false;
    if (isOtherContent(mediaType) || isAttestation(value) || lost.has(use)) return false;
    return complete.has(where.member) && (!blob || partial.has(use));
  });
}

function platformOf(descriptor: Json): string {
  const platform = fieldOf(descriptor, 'platform');
  const parts = ['os', 'architecture', 'variant'].map((name) => stringOf(platform, name));
  return parts.filter((part) => part !== undefined && part !== '').join('/') || 'not stated';
}

/**
 * What an image needs and the archive does not have. image-layout.md allows missing blobs; so does an archive of
 * several platforms, of which one is complete. Content with urls is fetched elsewhere, embedded data is there.
 */
function* findMissingBlobs(archive: Archive): Iterable<Violation> {
  const missingOf = missingFinder(archive);
  for (const image of archive.dockerImages)
    yield* missingOf(image).map(({ where, digest }) => missing(where, digest, 'manifest.json'));
  const needed = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
  for (const [top, images] of imagesByRoot(archive)) {
    const complete = images.some((image) => missingOf(image).length === 0);
    for (const image of images) {
      const isWanted = image.path.length === 1 || needed.has(image.config?.digest ?? '') || !complete;
      if (isWanted) yield* missingOf(image).map(({ where, digest }) => missing(where, digest, top));
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
  const served = new Set(
    manifests.flatMap(({ where, digest }) => (images.has(digest) ? [where.member] : [])),
  );
  const isServed = (index: string | undefined) =>
    index !== documents['index.json']?.member && served.has(index);
  return manifests.filter(
    ({ where, digest, blob }) => !blob && !reached.has(digest ?? '') && !isServed(where.member),
  );
}

function isAttestation(descriptor: Json): boolean {
  return fieldOf(fieldOf(descriptor, 'annotations'), ANNOTATION.referenceType) === ATTESTATION_MANIFEST;
}

/** Descriptors of configs and layers that lead to nothing in the archive, by the manifest that they stand in. */
function missingFinder({ descriptors }: Archive): (image: Image) => readonly DescriptorUse[] {
  const byManifest = new Map<string | undefined, DescriptorUse[]>();
  for (const use of descriptors) {
    const { role, where, digest, blob, value } = use;
    const isContent = role === 'config' || role === 'layer';
    if (!isContent || digest === undefined || blob || hasUrls(value)) continue;
    if (fieldOf(value, 'data') !== undefined) continue;
    const known = byManifest.get(where.member);
    if (known) known.push(use);
    else byManifest.set(where.member, [use]);
  }
  return ({ manifest }) => byManifest.get(manifest?.member) ?? [];
}

function hasUrls(value: Json): boolean {
  const urls = fieldOf(value, 'urls');
  return isArray(urls) && urls.length > 0;
}

function missing(where: Violation['where'], digest: string | undefined, top: string): Violation {
  return violationAt(
    where,
    digest,
    'no such blob',
    'members of the archive',
    `digest of the descriptor, below ${top}`,
  );
}
