import { imageKey } from '../../archive/images.ts';
import type { Archive, Image } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, listOf, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, isOtherContent } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { familiarName } from './names.ts';
import { cite, defineForArchive, imagesByRoot, violationAt } from './support.ts';

const CONTAINERD_NAME = cite(
  'containerd',
  'core/images/annotations.go',
  'AnnotationImageName = "io.containerd.image.name"',
);

/** A modern docker archive is read in two views: what one says, the other must say too. */
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
    when: hasBothViews,
    *check(archive) {
      // By descriptor: a config of a type that is none of an image is not read on this way.
      const reachable = new Set(
        archive.descriptors.flatMap(({ role, blob }) => (role === 'config' && blob ? [blob.measured] : [])),
      );
      const lost = archive.dockerImages.filter(({ config }) => config && !reachable.has(config.digest));
      // A descriptor that leads nowhere is a violation of its own, and may have been the way to this image.
      if (lost.length <= deadEnds(archive)) return;
      for (const image of lost)
        yield violationAt(
          { image: imageKey(image), member: 'index.json', pointer: '/manifests' },
          image.config?.digest,
          someOf(reachable),
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
    when: hasBothViews,
    *check(archive) {
      const listed = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
      const isComplete = archive.dockerImages.every(({ config }) => config !== undefined);
      const reachable = new Set(archive.ociImages.map(({ config }) => config?.digest));
      const areLost = archive.dockerImages.some(({ config }) => !reachable.has(config?.digest));
      for (const images of imagesByRoot(archive).values()) {
        const [image] = images;
        const digests = images.flatMap(({ config }) => (config ? [config.digest] : []));
        if (!image || !isComplete || digests.length === 0 || digests.some((digest) => listed.has(digest)))
          continue;
        // Images missing from both views are reported once, by the other direction.
        if (areLost) continue;
        yield violationAt(
          { image: imageKey(image), member: 'manifest.json' },
          digests,
          someOf(listed),
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
    when: hasBothViews,
    check: findNameDifferences,
  },
  {
    id: 'agreement.ref-name',
    title: 'The reference name of an image is the tag of its full name',
    level: 'practice',
    source: cite(
      'containerd',
      'core/images/archive/exporter.go',
      'annotations[ocispec.AnnotationRefName] = ociReferenceName(name)',
    ),
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
        yield violationAt(
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
        if (image.kind !== 'image' || !image.descriptor || !image.config || !isObject(platform)) continue;
        for (const name of ['os', 'architecture', 'variant', 'os.version']) {
          const stated = platformField(platform, name);
          const actual = platformField(image.config.value, name);
          if (stated === actual || (name !== 'variant' && !(stated && actual))) continue;
          yield violationAt(
            { ...image.descriptor.where, pointer: `${image.descriptor.where.pointer}/platform/${name}` },
            actual || 'none',
            stated || 'none',
            'platform of the descriptor',
            `${image.config.member} /${name}`,
          );
        }
      }
    },
  },
]);

/** Other words for architectures (platforms.normalizeArch of containerd). */
const PLATFORM_WORDS: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
};
/** Variants that mean the same as none (platforms.Normalize of containerd): arm is v7, arm64 is v8, amd64 is v1. */
const DEFAULT_VARIANT: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

/** `''` for none, or for one that says nothing. */
function platformField(platform: Json | undefined, name: string): string {
  const value = stringOf(platform, name) ?? '';
  if (name === 'os' || name === 'architecture')
    return PLATFORM_WORDS[value.toLowerCase()] ?? value.toLowerCase();
  if (name !== 'variant') return value;
  const variant = /^\d+$/.test(value) ? `v${value}` : value;
  return variant === DEFAULT_VARIANT[stringOf(platform, 'architecture') ?? ''] ? '' : variant;
}

/** Thousands of digests help nobody, and stand in every finding. */
function someOf(digests: ReadonlySet<string>): readonly string[] {
  const most = 20;
  const shown = [...digests].slice(0, most);
  return digests.size > most ? [...shown, `and ${digests.size - most} more`] : shown;
}

function hasBothViews({ documents }: Archive): true | string {
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
  const ociByConfig = byConfig(archive.ociImages.filter(({ kind }) => kind === 'image'));
  for (const [digest, listed] of byConfig(archive.dockerImages)) {
    const oci = ociByConfig.get(digest) ?? [];
    const [first] = oci;
    if (!first) continue;
    const docker = listed.flatMap(({ names }) => names);
    const tags = [...new Set(docker.map(familiarName))].sort();
    const names = [...new Set(oci.flatMap(({ names: own }) => own).map(familiarName))].sort();
    // Without a repository, only the tag can be compared.
    const comparable = names.every((name) => name.includes(':'))
      ? tags
      : tags.map((tag) => tag.slice(tag.lastIndexOf(':') + 1));
    if ([...new Set(comparable)].sort().join('\n') === names.join('\n')) continue;
    yield violationAt(
      { image: imageKey(first), member: 'index.json' },
      tags,
      names,
      'names in index.json',
      'RepoTags in manifest.json',
    );
  }
}

function byConfig(images: readonly Image[]): ReadonlyMap<string, readonly Image[]> {
  const result = new Map<string, Image[]>();
  for (const image of images) {
    if (!image.config) continue;
    const known = result.get(image.config.digest);
    if (known) known.push(image);
    else result.set(image.config.digest, [image]);
  }
  return result;
}
