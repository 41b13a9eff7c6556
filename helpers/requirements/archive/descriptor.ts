import { digestOf, isKnownAlgorithm, parseDigest } from '../../archive/digest.ts';
import type { DescriptorUse } from '../../archive/model.ts';
import { fieldOf, isObject, isStringArray, stringOf } from '../../archive/oci/guards.ts';
import { MEDIA_TYPE } from '../../archive/oci/media-types.ts';
import { cite, defineForArchive, hasIndex, indexes, manifests, violationAt } from './support.ts';

const SPEC = 'descriptor';

/** Type and subtype of RFC 6838, section 4.2. */

/** Keys of the pre-defined annotations; `org.opencontainers.` is closed to everybody else. */
const RESERVED = new Set(
  [
    'created authors url documentation source version revision vendor licenses ref.name title description',
    'base.digest base.name referrer.subject referrer.convert',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `org.opencontainers.image.${name}`),
);

const hasDescriptor = ({ descriptors }: { readonly descriptors: readonly DescriptorUse[] }) =>
  descriptors.length > 0 || 'the archive has no descriptors';

/** Descriptors, wherever they stand: in indexes, manifests and LayerSources. */
export const DESCRIPTOR_REQUIREMENTS = defineForArchive([
  {
    id: 'descriptor.form',
    title: 'Every descriptor is an object with mediaType, digest and size',
    level: 'must',
    source: cite(
      SPEC,
      'properties',
      'This REQUIRED property specifies the size, in bytes, of the raw content.',
    ),
    aliases: ['O5'],
    consequence: 'Consumers cannot fetch or verify what it points at.',
    when: hasDescriptor,
    *check({ descriptors }) {
      for (const { role, where, value } of descriptors) {
        // No specification knows LayerSources: that is layer-sources.form.
        if (role === 'layer-source') continue;
        const missing = !isObject(value)
          ? ['an object']
          : [
              ...(typeof value['mediaType'] === 'string' ? [] : ['mediaType, a string']),
              ...(typeof value['digest'] === 'string' ? [] : ['digest, a string']),
              ...(isSize(value['size']) ? [] : ['size, a whole number of bytes']),
            ];
        if (missing.length > 0) yield violationAt(where, missing.join('; '), value, 'descriptor as written');
      }
    },
  },
  {
    id: 'descriptor.media-type',
    title: 'mediaType of every descriptor has the form type/subtype',
    level: 'must',
    source: cite(
      SPEC,
      'properties',
      'Values MUST comply with [RFC 6838][rfc6838], including the [naming requirements in its section 4.2][rfc6838-s4.2].',
    ),
    aliases: ['O5'],
    consequence: 'Consumers cannot tell what the content is, and skip or refuse it.',
    when: hasDescriptor,
    *check({ descriptors }) {
      for (const { where, mediaType } of descriptors) {
        if (mediaType === undefined || MEDIA_TYPE.test(mediaType)) continue;
        yield violationAt(where, 'type/subtype', mediaType, 'mediaType of the descriptor');
      }
    },
  },
  {
    id: 'descriptor.digest',
    title: 'digest of every descriptor keeps to the grammar',
    level: 'must',
    source: cite(
      SPEC,
      'digests',
      'A digest string MUST match the following [grammar](considerations.md#ebnf):',
    ),
    aliases: ['O5'],
    consequence:
      'The content cannot be addressed: "invalid checksum digest format" in Docker and containerd.',
    when: hasDescriptor,
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        const digest = stringOf(value, 'digest');
        if (digest === undefined || parseDigest(digest)) continue;
        yield violationAt(
          where,
          'algorithm:encoded, sha256 with 64 lower-case hexadecimal digits',
          digest,
          'digest of the descriptor',
        );
      }
    },
  },
  {
    id: 'descriptor.sha256',
    title: 'digest of every descriptor is of sha256',
    level: 'practice',
    source: cite(SPEC, 'sha-512', '**[SHA-512][rfc4634-s4.2]**'),
    consequence:
      'Other algorithms are legal, and most consumers cannot load them: containerd, podman, skopeo and umoci refuse.',
    when: hasDescriptor,
    *check({ descriptors }) {
      for (const { where, digest } of descriptors) {
        if (digest !== undefined && !digest.startsWith('sha256:'))
          yield violationAt(where, 'sha256', digest, 'digest of the descriptor');
      }
    },
  },
  {
    id: 'descriptor.size',
    title: 'size of every descriptor is the size of its blob',
    level: 'must',
    source: cite(
      SPEC,
      'properties',
      'This REQUIRED property specifies the size, in bytes, of the raw content.',
    ),
    aliases: ['O5'],
    consequence:
      'Docker 25.0.0-rc.2 wrote a wrong size for layers: pulls and imports stop with a size mismatch.',
    when: ({ descriptors }) =>
      descriptors.some(({ role, blob }) => blob && role !== 'layer-source') ||
      'no descriptor of OCI leads to a blob of the archive',
    *check({ descriptors }) {
      for (const { role, where, value, blob } of descriptors) {
        // No specification knows LayerSources: that is layer-sources.size.
        if (role === 'layer-source') continue;
        const size = fieldOf(value, 'size');
        if (!blob || !isSize(size) || size === blob.size) continue;
        yield violationAt(where, blob.size, size, 'size of the descriptor', `bytes of ${blob.member}`);
      }
    },
  },
  {
    id: 'descriptor.data',
    title: 'data embedded in a descriptor is the content that it describes',
    level: 'must',
    source: cite(SPEC, 'properties', 'The decoded data MUST be identical to the referenced content'),
    aliases: ['O11'],
    consequence:
      'A consumer that trusts the embedded copy uses other content than one that fetches the blob.',
    when: ({ descriptors }) =>
      descriptors.some(({ value }) => fieldOf(value, 'data') !== undefined) || 'no descriptor embeds data',
    *check({ descriptors }) {
      for (const { where, value, digest } of descriptors) {
        const data = fieldOf(value, 'data') ?? undefined;
        const algorithm = parseDigest(digest)?.algorithm;
        if (
          data === undefined ||
          digest === undefined ||
          algorithm === undefined ||
          !isKnownAlgorithm(algorithm)
        )
          continue;
        const place = { ...where, pointer: `${where.pointer ?? ''}/data` };
        const bytes = decodeBase64(data);
        if (!bytes) yield violationAt(place, 'Base 64 of RFC 4648', data, 'data of the descriptor');
        else if (digestOf(bytes, algorithm) !== digest)
          yield violationAt(
            place,
            digest,
            digestOf(bytes, algorithm),
            `${algorithm} of the decoded data`,
            'digest of the descriptor',
          );
      }
    },
  },
  {
    id: 'descriptor.urls',
    title: 'urls of a descriptor is an array of URIs',
    level: 'must',
    source: cite(SPEC, 'properties', 'Each entry MUST conform to [RFC 3986][rfc3986].'),
    consequence: 'A layer that is kept elsewhere cannot be fetched.',
    when: ({ descriptors }) =>
      descriptors.some(({ value }) => fieldOf(value, 'urls') !== undefined) || 'no descriptor has urls',
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        const urls = fieldOf(value, 'urls');
        if (
          urls === undefined ||
          urls === null ||
          (isStringArray(urls) && urls.every((url) => URL.canParse(url)))
        )
          continue;
        yield violationAt(
          { ...where, pointer: `${where.pointer ?? ''}/urls` },
          'an array of URIs',
          urls,
          'urls of the descriptor',
        );
      }
    },
  },
  {
    id: 'annotations.strings',
    title: 'Annotations are maps from strings to strings',
    level: 'must',
    source: cite(
      'annotations',
      'rules',
      'Annotations MUST be a key-value map where both the key and value MUST be strings.',
    ),
    aliases: ['O14'],
    consequence: 'Consumers written in typed languages refuse the whole document.',
    when: hasIndex,
    *check(archive) {
      for (const { where, annotations } of annotationMaps(archive)) {
        if (!isObject(annotations)) yield violationAt(where, 'a map of strings', annotations, 'annotations');
        else
          for (const [key, value] of Object.entries(annotations))
            if (typeof value !== 'string')
              yield violationAt(where, `a string for ${key}`, value, 'annotations');
      }
    },
  },
  {
    id: 'annotations.named-keys',
    title: 'No annotation of index.json has an empty key',
    level: 'consumer',
    source: cite(
      'annotations',
      'rules',
      'Annotations MUST be a key-value map where both the key and value MUST be strings.',
    ),
    aliases: ['O14'],
    consequence: 'Consumers that keep annotations as labels refuse the image: "key required".',
    when: hasIndex,
    *check({ descriptors, documents }) {
      for (const { where, value } of descriptors) {
        if (where.member !== documents['index.json']?.member) continue;
        const annotations = fieldOf(value, 'annotations');
        if (!isObject(annotations) || !Object.hasOwn(annotations, '')) continue;
        const pointer = `${where.pointer ?? ''}/annotations`;
        yield violationAt({ ...where, pointer }, 'keys of at least one character', '""', 'annotations');
      }
    },
  },
  {
    id: 'annotations.reserved-keys',
    title: 'Annotations use no undefined key below org.opencontainers',
    level: 'must',
    source: cite(
      'annotations',
      'rules',
      'The prefix `org.opencontainers` is reserved for keys defined in Open Container Initiative (OCI) specifications and MUST NOT be used by other specifications and extensions.',
    ),
    aliases: ['O14'],
    consequence: 'A later version of the specification may give the key another meaning.',
    when: hasIndex,
    *check(archive) {
      for (const { where, annotations } of annotationMaps(archive)) {
        if (!isObject(annotations)) continue;
        for (const key of Object.keys(annotations))
          if (key.startsWith('org.opencontainers.image.') && !RESERVED.has(key))
            yield violationAt(where, 'a key that the specification defines', key, 'annotations');
      }
    },
  },
]);

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function decodeBase64(data: unknown): Buffer | undefined {
  const isBase64 =
    typeof data === 'string' && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(data);
  return isBase64 ? Buffer.from(data, 'base64') : undefined;
}

/** Annotations of descriptors, indexes and manifests, where they stand; `null` counts as absent. */
function annotationMaps(archive: Parameters<typeof indexes>[0]) {
  const documents = [...indexes(archive), ...manifests(archive).map(({ manifest }) => manifest)];
  return [
    ...archive.descriptors.map(({ where, value }) => ({ where, annotations: fieldOf(value, 'annotations') })),
    ...documents.map(({ member, value }) => ({
      where: { member },
      annotations: fieldOf(value, 'annotations'),
    })),
  ].flatMap(({ where, annotations }) =>
    annotations === undefined || annotations === null
      ? []
      : [
          {
            where: { ...where, pointer: `${'pointer' in where ? where.pointer : ''}/annotations` },
            annotations,
          },
        ],
  );
}
