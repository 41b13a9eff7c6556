import type { Archive } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, isStringArray, stringOf } from '../../archive/oci/guards.ts';
import { ANNOTATION, INDEX_TYPES, MANIFEST_TYPES, MEDIA_TYPE } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { splitReference, TAG } from './names.ts';
import { cite, defineForArchive, hasIndex, imagesByRoot, indexes, violationAt } from './support.ts';

const SPEC = 'image-index';
const PROPERTIES = 'image-index-property-descriptions';

const isString = (value: Json): boolean => typeof value === 'string';
/** The optional fields of platform: name, type in words, test. */
const PLATFORM_FIELDS: readonly (readonly [string, string, (value: Json) => boolean])[] = [
  ['variant', 'a string', isString],
  ['os.version', 'a string', isString],
  ['os.features', 'an array of strings', isStringArray],
  ['features', 'an array of strings', isStringArray],
];

/** The character set of annotations.md, and its grammar. */
const REF_NAME = /^[A-Za-z0-9]+(?:(?:[-._:@+]|--|\/)[A-Za-z0-9]+)*$|^[A-Za-z0-9._:@/+-]+$/;

/** A repository, with a tag, a digest or neither. */
function isReference(name: string): boolean {
  const [plain = ''] = name.split('@');
  return splitReference(plain) !== undefined || splitReference(`${plain}:latest`) !== undefined;
}

/** `index.json` and the indexes below it. */
export const INDEX_REQUIREMENTS = defineForArchive([
  {
    id: 'index.object',
    title: 'index.json is a JSON object',
    level: 'must',
    source: cite('image-layout', 'content', 'It MUST be an [image index](image-index.md) JSON object.'),
    aliases: ['O2'],
    consequence: 'No consumer of OCI layouts finds an image.',
    when: hasIndex,
    *check({ documents }) {
      const value = documents['index.json']?.value;
      if (value === undefined || isObject(value)) return;
      yield violationAt(
        { member: 'index.json' },
        'an object',
        isArray(value) ? 'an array' : value,
        'index.json',
      );
    },
  },
  {
    id: 'index.schema-version',
    title: 'Every index has schemaVersion 2',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'this MUST be `2` to ensure backward compatibility with older versions of Docker',
    ),
    aliases: ['O2'],
    consequence: 'Consumers take the file for another format and refuse it.',
    when: hasIndex,
    *check(archive) {
      for (const { member, value } of indexes(archive)) {
        const version = fieldOf(value, 'schemaVersion');
        if (isObject(value) && version !== 2)
          yield violationAt({ member, pointer: '/schemaVersion' }, 2, version, `${member} /schemaVersion`);
      }
    },
  },
  {
    id: 'index.manifests-array',
    title: 'manifests of every index is an array',
    level: 'must',
    source: cite(SPEC, PROPERTIES, 'While this property MUST be present, the size of the array MAY be zero.'),
    aliases: ['O2'],
    consequence:
      'The images are unreachable by way of the index: Docker 25.0.0 to 25.0.2 wrote null for images saved by ID.',
    when: hasIndex,
    *check(archive) {
      for (const { member, value } of indexes(archive)) {
        const list = fieldOf(value, 'manifests');
        if (isObject(value) && !isArray(list))
          yield violationAt({ member, pointer: '/manifests' }, 'an array', list, `${member} /manifests`);
      }
    },
  },
  {
    id: 'index.media-type',
    title: 'mediaType of every index and of its descriptors is that of an index',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'When used, this field MUST contain the media type `application/vnd.oci.image.index.v1+json`.',
    ),
    aliases: ['O3'],
    consequence: 'Consumers that dispatch on mediaType read the index as something else.',
    when: hasIndex,
    *check(archive) {
      for (const { member, value } of indexes(archive)) {
        const type = fieldOf(value, 'mediaType');
        // Below index.json, a Docker manifest list is a legal neighbour (media-types.md, compatibility matrix).
        const allowed =
          member === archive.documents['index.json']?.member ? INDEX_TYPES.slice(0, 1) : INDEX_TYPES;
        if (type === undefined || (typeof type === 'string' && allowed.includes(type))) continue;
        yield violationAt({ member, pointer: '/mediaType' }, INDEX_TYPES[0], type, `${member} /mediaType`);
      }
      const below = new Set(archive.indexes?.map(({ digest }) => digest));
      for (const { role, where, digest, mediaType } of archive.descriptors) {
        if (role !== 'manifest' || !below.has(digest ?? '') || INDEX_TYPES.includes(mediaType ?? ''))
          continue;
        if (mediaType !== undefined && MANIFEST_TYPES.includes(mediaType))
          yield violationAt(where, INDEX_TYPES[0], mediaType, 'mediaType of the descriptor of an index');
      }
    },
  },
  {
    id: 'index.media-type-set',
    title: 'Every index states its mediaType',
    level: 'should',
    source: cite(
      SPEC,
      PROPERTIES,
      'This property SHOULD be used and [remain compatible][matrix] with earlier versions of this specification',
    ),
    aliases: ['O3', 'R71'],
    consequence: 'Consumers must guess the format from its fields; containerd up to 2.0 wrote such files.',
    when: hasIndex,
    *check(archive) {
      for (const { member, value } of indexes(archive)) {
        if (isObject(value) && value['mediaType'] === undefined)
          yield violationAt(
            { member, pointer: '/mediaType' },
            INDEX_TYPES[0],
            'nothing',
            `${member} /mediaType`,
          );
      }
    },
  },
  {
    id: 'index.platform-form',
    title: 'platform of every descriptor names architecture and os',
    level: 'must',
    source: cite(SPEC, PROPERTIES, 'This REQUIRED property specifies the CPU architecture.'),
    aliases: ['O12'],
    consequence: 'An engine cannot tell whether the image fits its platform, and skips it.',
    when: ({ descriptors }) =>
      descriptors.some(({ value }) => fieldOf(value, 'platform') !== undefined) ||
      'no descriptor has a platform',
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        // Null is read as none.
        const platform = fieldOf(value, 'platform') ?? undefined;
        if (platform === undefined || (stringOf(platform, 'architecture') && stringOf(platform, 'os')))
          continue;
        yield violationAt(
          { ...where, pointer: `${where.pointer ?? ''}/platform` },
          'strings architecture and os',
          platform,
          'platform of the descriptor',
        );
      }
    },
  },
  {
    id: 'index.platform-types',
    title: 'The optional fields of platform have the JSON types of the specification',
    level: 'consumer',
    source: cite(SPEC, PROPERTIES, 'This OPTIONAL property specifies the variant of the CPU.'),
    aliases: ['O12'],
    consequence: 'Consumers written in typed languages cannot parse the index as a whole.',
    when: ({ descriptors }) =>
      descriptors.some(({ value }) => isObject(fieldOf(value, 'platform'))) || 'no descriptor has a platform',
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        const platform = fieldOf(value, 'platform');
        for (const [name, words, isRight] of PLATFORM_FIELDS) {
          const field = fieldOf(platform, name);
          if (field === undefined || field === null || isRight(field)) continue;
          const pointer = `${where.pointer ?? ''}/platform/${name}`;
          yield violationAt({ ...where, pointer }, words, field, 'platform of the descriptor');
        }
      }
    },
  },
  {
    id: 'index.artifact-type',
    title: 'artifactType of every index and descriptor is a media type',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'If defined, the value MUST comply with [RFC 6838][rfc6838], including the [naming requirements in its section 4.2][rfc6838-s4.2]',
    ),
    aliases: ['O10'],
    consequence: 'Registries and clients that list artifacts by type refuse the index, or never find it.',
    when: hasIndex,
    *check(archive) {
      const places = [
        ...indexes(archive).map(({ member, value }) => ({ where: { member, pointer: '' }, value })),
        ...archive.descriptors.filter(({ role }) => role === 'manifest' || role === 'subject'),
      ];
      for (const { where, value } of places) {
        const type = fieldOf(value, 'artifactType');
        if (type === undefined || type === '' || (typeof type === 'string' && MEDIA_TYPE.test(type)))
          continue;
        const pointer = `${where.pointer ?? ''}/artifactType`;
        yield violationAt({ ...where, pointer }, 'a media type', type, 'artifactType as written');
      }
    },
  },
  {
    id: 'index.manifest-media-type',
    title: 'An OCI index lists OCI manifests and indexes',
    level: 'should',
    source: cite(
      SPEC,
      PROPERTIES,
      'Image indexes concerned with portability SHOULD use one of the above media types.',
    ),
    aliases: ['O8'],
    consequence: 'Registries that check the family refuse the push: Quay answers "manifest invalid".',
    when: hasIndex,
    *check(archive) {
      const members = new Set(
        indexes(archive)
          .filter(({ value }) => stringOf(value, 'mediaType') !== INDEX_TYPES[1])
          .map(({ member }) => member),
      );
      for (const { role, where, mediaType } of archive.descriptors) {
        if (role !== 'manifest' || !members.has(where.member ?? '')) continue;
        if (mediaType === MANIFEST_TYPES[1] || mediaType === INDEX_TYPES[1])
          yield violationAt(where, MANIFEST_TYPES[0], mediaType, 'mediaType of the descriptor');
      }
    },
  },
  {
    id: 'index.platform-set',
    title: 'An index of several manifests states the platform of each image',
    level: 'should',
    source: cite(SPEC, PROPERTIES, 'This property SHOULD be present if its target is platform-specific.'),
    aliases: ['O12'],
    consequence: 'An engine has no way to choose, and takes the first manifest whatever its platform.',
    when: ({ indexes: nested = [] }) =>
      nested.length > 0 || 'the descriptors of index.json select by name, and no index lies below it',
    *check({ ociImages, indexes: nested = [] }) {
      const members = new Set(nested.map(({ member }) => member));
      for (const { kind, descriptor } of ociImages) {
        if (kind !== 'image' || !descriptor || !members.has(descriptor.where.member ?? '')) continue;
        if (fieldOf(descriptor.value, 'platform') === undefined)
          yield violationAt(
            descriptor.where,
            'platform with architecture and os',
            'nothing',
            'descriptor in the index',
          );
      }
    },
  },
  {
    id: 'index.ref-name-place',
    title: 'org.opencontainers.image.ref.name stands on descriptors of index.json only',
    level: 'should',
    source: cite(
      'annotations',
      'pre-defined-annotation-keys',
      'SHOULD only be considered valid when on descriptors on `index.json` within [image layout](image-layout.md).',
    ),
    aliases: ['O15'],
    consequence: 'Consumers ignore it there: the image appears to have no name.',
    when: hasIndex,
    *check({ descriptors, documents, ociImages, indexes: nested = [] }) {
      const root = documents['index.json']?.member;
      for (const { where, value, role } of descriptors) {
        // A subject is copied from the descriptor that the user named.
        if (where.member !== root && role !== 'subject' && role !== 'layer-source')
          yield* misplaced(where, value);
      }
      for (const document of [
        ...nested,
        ...ociImages.flatMap(({ manifest }) => (manifest ? [manifest] : [])),
      ])
        yield* misplaced({ member: document.member }, document.value);
    },
  },
  {
    id: 'index.ref-name-characters',
    title: 'org.opencontainers.image.ref.name keeps to the characters of the specification',
    level: 'consumer',
    source: cite(
      'annotations',
      'pre-defined-annotation-keys',
      'Character set of the value SHOULD conform to alphanum of `A-Za-z0-9` and separator set of `-._:@/+`',
    ),
    aliases: ['O15'],
    consequence: 'Tools that take the reference on the command line cannot name this image.',
    when: hasIndex,
    *check({ descriptors }) {
      for (const { where, value } of descriptors) {
        const name = stringOf(fieldOf(value, 'annotations'), ANNOTATION.refName);
        if (name === undefined || REF_NAME.test(name)) continue;
        yield violationAt(where, 'characters A-Za-z0-9 and -._:@/+', name, 'annotation of the descriptor');
      }
    },
  },
  {
    id: 'index.ref-name-reference',
    title: 'Names in index.json are tags or references',
    level: 'practice',
    source: cite(
      'annotations',
      'pre-defined-annotation-keys',
      'Character set of the value SHOULD conform to alphanum of `A-Za-z0-9` and separator set of `-._:@/+`',
    ),
    aliases: ['O15'],
    consequence:
      'The specification allows more than references may have: podman and buildah refuse the name of an image with + or capital letters.',
    when: hasIndex,
    *check(archive) {
      const images = imagesByRoot(archive);
      for (const { where, value, digest } of archive.descriptors) {
        const name = stringOf(fieldOf(value, 'annotations'), ANNOTATION.refName) ?? '';
        // Artifacts are named as their tools like. Other characters are index.ref-name-characters.
        if (where.member !== 'index.json' || !images.has(digest ?? '') || !REF_NAME.test(name)) continue;
        if (TAG.test(name) || isReference(name)) continue;
        yield violationAt(
          where,
          'a tag, or a repository with or without a tag',
          name,
          'annotation of the descriptor',
        );
      }
    },
  },
  {
    id: 'index.unique-names',
    title: 'No name of index.json leads to two manifests',
    level: 'consumer',
    source: cite('umoci', 'cmd/umoci/unpack.go', 'tag is ambiguous: %s'),
    aliases: ['O16'],
    consequence: 'umoci and skopeo refuse an ambiguous name; others take the first.',
    when: hasIndex,
    check: findAmbiguousNames,
  },
  {
    id: 'index.unique-descriptors',
    title: 'No descriptor of index.json stands there twice',
    level: 'consumer',
    source: cite('umoci', 'cmd/umoci/unpack.go', 'tag is ambiguous: %s'),
    aliases: ['O16'],
    consequence: 'podman finds more than one image and takes none; umoci cannot tell which one a name means.',
    when: hasIndex,
    check: findRepeatedDescriptors,
  },
]);

function* misplaced(where: Violation['where'], value: Parameters<typeof fieldOf>[0]): Iterable<Violation> {
  const name = stringOf(fieldOf(value, 'annotations'), ANNOTATION.refName);
  if (name !== undefined)
    yield violationAt(where, 'the annotation in index.json', name, 'annotation found here');
}

/** The same manifest under the same names. Under another name it is a second tag. */
function* findRepeatedDescriptors({ documents }: Archive): Iterable<Violation> {
  const list = fieldOf(documents['index.json']?.value, 'manifests');
  const first = new Map<string, number>();
  for (const [position, value] of (isArray(list) ? list : []).entries()) {
    const annotations = fieldOf(value, 'annotations');
    const digest = stringOf(value, 'digest');
    if (digest === undefined) continue;
    const names = [ANNOTATION.containerdName, ANNOTATION.refName].map((key) => stringOf(annotations, key));
    const key = JSON.stringify([digest, names]);
    const before = first.get(key);
    if (before === undefined) first.set(key, position);
    else
      yield violationAt(
        { member: 'index.json', pointer: `/manifests/${position}` },
        'a descriptor or a name that did not come before',
        digest,
        `index.json /manifests/${position}`,
        `index.json /manifests/${before}`,
      );
  }
}

function* findAmbiguousNames({ documents }: Archive): Iterable<Violation> {
  const list = fieldOf(documents['index.json']?.value, 'manifests');
  const owners = new Map<string, string>();
  for (const [position, value] of (isArray(list) ? list : []).entries()) {
    const annotations = fieldOf(value, 'annotations');
    const digest = stringOf(value, 'digest');
    const name =
      stringOf(annotations, ANNOTATION.containerdName) ?? stringOf(annotations, ANNOTATION.refName);
    const platform = JSON.stringify(fieldOf(value, 'platform') ?? null);
    if (name === undefined || digest === undefined) continue;
    const key = `${name} ${platform}`;
    const owner = owners.get(key);
    if (owner !== undefined && owner !== digest)
      yield violationAt(
        { member: 'index.json', pointer: `/manifests/${position}` },
        owner,
        digest,
        `digest of the name ${name}`,
        'digest of the first descriptor of this name',
      );
    owners.set(key, owner ?? digest);
  }
}
