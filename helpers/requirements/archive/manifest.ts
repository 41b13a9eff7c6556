import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, stringOf } from '../../archive/oci/guards.ts';
import {
  CONFIG_TYPES,
  EMPTY_TYPE,
  INDEX_TYPES,
  LAYER_COMPRESSION,
  MANIFEST_TYPES,
  MEDIA_TYPE,
} from '../../archive/oci/media-types.ts';
import type { Violation } from '../outcome.ts';
import { cite, defineForArchive, hasIndex, hasManifest, indexes, manifests, violationAt } from './support.ts';

const SPEC = 'manifest';
const PROPERTIES = 'image-manifest-property-descriptions';

/** Manifests that `index.json` reaches. */
export const MANIFEST_REQUIREMENTS = defineForArchive([
  {
    id: 'manifest.object',
    title: 'Every manifest is a JSON object',
    level: 'must',
    source: cite(SPEC, PROPERTIES, 'This REQUIRED property specifies the image manifest schema version.'),
    consequence: 'The image cannot be read by way of index.json.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of manifests(archive)) {
        if (manifest.value === undefined || isObject(manifest.value)) continue;
        yield violationAt(
          at(image, manifest, ''),
          'an object',
          isArray(manifest.value) ? 'an array' : manifest.value,
          manifest.member,
        );
      }
    },
  },
  {
    id: 'manifest.schema-version',
    title: 'Every manifest has schemaVersion 2',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'this MUST be `2` to ensure backward compatibility with older versions of Docker',
    ),
    consequence: 'Consumers take it for a manifest of another version, and refuse it.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const version = fieldOf(manifest.value, 'schemaVersion');
        if (version !== 2)
          yield violationAt(
            at(image, manifest, '/schemaVersion'),
            2,
            version,
            `${manifest.member} /schemaVersion`,
          );
      }
    },
  },
  {
    id: 'manifest.unambiguous',
    title: 'No document has the fields of a manifest and those of an index',
    level: 'consumer',
    source: cite('containerd', 'core/images/image.go', 'media-type: expected manifest but found index (%s)'),
    consequence:
      'The same bytes could be read as two kinds of document: containerd, podman and skopeo refuse them (CVE-2021-41190).',
    when: (archive) => hasManifest(archive) === true || hasIndex(archive),
    *check(archive) {
      const documents = [
        ...objects(archive).map(({ manifest }) => ({
          document: manifest,
          foreign: ['manifests', 'fsLayers'],
        })),
        ...indexes(archive).map((document) => ({ document, foreign: ['config', 'layers', 'fsLayers'] })),
      ];
      for (const { document, foreign } of documents) {
        const { member, value } = document;
        for (const name of foreign.filter((field) => (fieldOf(value, field) ?? null) !== null))
          yield violationAt({ member, pointer: `/${name}` }, 'no such field', name, `fields of ${member}`);
      }
    },
  },
  {
    id: 'manifest.media-type',
    title: 'mediaType of every manifest, where it is set, is that of its descriptor',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'When used, this field MUST contain the media type `application/vnd.oci.image.manifest.v1+json`.',
    ),
    aliases: ['O3'],
    consequence: 'Consumers refuse it: the same bytes could be read as two kinds of document.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const type = fieldOf(manifest.value, 'mediaType');
        // A Docker schema 2 manifest carries its own type, and its descriptor says so. A docker-dir has no descriptor.
        const stated = image.descriptor ? image.descriptor.mediaType : stringOf(manifest.value, 'mediaType');
        // One that its descriptor calls an index is read as one, and refused.
        const known = image.descriptor ? [...MANIFEST_TYPES, ...INDEX_TYPES] : MANIFEST_TYPES;
        const expected = known.includes(stated ?? '') ? stated : MANIFEST_TYPES[0];
        if (type === expected || (type === undefined && !INDEX_TYPES.includes(stated ?? ''))) continue;
        yield violationAt(
          at(image, manifest, '/mediaType'),
          expected,
          type,
          `${manifest.member} /mediaType`,
          'mediaType of its descriptor',
        );
      }
    },
  },
  {
    id: 'manifest.media-type-set',
    title: 'Every manifest states its mediaType',
    level: 'should',
    source: cite(
      SPEC,
      PROPERTIES,
      'This property SHOULD be used and [remain compatible](media-types.md#compatibility-matrix) with earlier versions of this specification',
    ),
    aliases: ['O3'],
    consequence: 'Consumers must guess the format from its fields.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        if (fieldOf(manifest.value, 'mediaType') === undefined)
          yield violationAt(
            at(image, manifest, '/mediaType'),
            MANIFEST_TYPES[0],
            'nothing',
            `${manifest.member} /mediaType`,
          );
      }
    },
  },
  {
    id: 'manifest.config-set',
    title: 'Every manifest has a config descriptor',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'This REQUIRED property references a configuration object for a container, by digest.',
    ),
    consequence: 'The image has no platform, no command and no list of layers.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const config = fieldOf(manifest.value, 'config');
        if (!isObject(config))
          yield violationAt(
            at(image, manifest, '/config'),
            'a descriptor',
            config,
            `${manifest.member} /config`,
          );
      }
    },
  },
  {
    id: 'manifest.layers-array',
    title: 'layers of every manifest is an array',
    level: 'must',
    source: cite(SPEC, PROPERTIES, 'Each item in the array MUST be a [descriptor](descriptor.md).'),
    aliases: ['R1'],
    consequence: 'Docker 25.0.0-rc saved manifests without layers: the image unpacks to an empty root.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const layers = fieldOf(manifest.value, 'layers');
        // Go writes an empty list as null; an image without layers has one.
        if (isArray(layers) || (layers === null && image.diffIds.length === 0)) continue;
        yield violationAt(
          at(image, manifest, '/layers'),
          'an array of descriptors',
          layers,
          `${manifest.member} /layers`,
        );
      }
    },
  },
  {
    id: 'manifest.layers-not-empty',
    title: 'Every manifest lists at least one layer',
    level: 'should',
    source: cite(SPEC, PROPERTIES, 'For portability, `layers` SHOULD have at least one entry.'),
    aliases: ['O7'],
    consequence: 'Docker with a graph driver cannot save such an image, and some registries refuse it.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const layers = fieldOf(manifest.value, 'layers');
        const isEmpty = layers === null || (isArray(layers) && layers.length === 0);
        if (isEmpty && image.diffIds.length === 0)
          yield violationAt(
            at(image, manifest, '/layers'),
            'at least one descriptor',
            layers,
            `${manifest.member} /layers`,
          );
      }
    },
  },
  {
    id: 'manifest.artifact-type',
    title: 'artifactType of a manifest is a media type, and set where the config is empty',
    level: 'must',
    source: cite(
      SPEC,
      PROPERTIES,
      'This MUST be set when `config.mediaType` is set to the [empty value](#guidance-for-an-empty-descriptor).',
    ),
    aliases: ['O10'],
    consequence: 'Nothing tells what the artifact is: consumers try to run it as an image, or ignore it.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        const value = fieldOf(manifest.value, 'artifactType') ?? '';
        const isSet = value !== '';
        if (isSet ? typeof value === 'string' && MEDIA_TYPE.test(value) : configType(manifest) !== EMPTY_TYPE)
          continue;
        yield violationAt(
          at(image, manifest, '/artifactType'),
          'a media type',
          fieldOf(manifest.value, 'artifactType'),
          `${manifest.member} /artifactType`,
        );
      }
    },
  },
  {
    id: 'manifest.config-media-type',
    title: 'The config of every image has the media type of an image config',
    level: 'should',
    source: cite(
      SPEC,
      PROPERTIES,
      'Manifests for container images concerned with portability SHOULD use one of the above media types.',
    ),
    aliases: ['O10'],
    consequence: 'Engines do not run what they do not know as an image config.',
    when: hasManifest,
    *check(archive) {
      const runnable = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
      for (const { image, manifest } of objects(archive)) {
        const type = configType(manifest);
        const digest = stringOf(fieldOf(manifest.value, 'config'), 'digest') ?? '';
        const isImage = image.kind === 'image' || runnable.has(digest);
        if (!isImage || type === undefined || type === EMPTY_TYPE || CONFIG_TYPES.includes(type)) continue;
        yield violationAt(
          at(image, manifest, '/config/mediaType'),
          CONFIG_TYPES[0],
          type,
          `${manifest.member} /config/mediaType`,
        );
      }
    },
  },
  {
    id: 'manifest.layer-media-type',
    title: 'Every layer of an image has a media type of the specification',
    level: 'should',
    source: cite(
      SPEC,
      PROPERTIES,
      'Manifests concerned with portability SHOULD use one of the above media types.',
    ),
    consequence: 'Engines cannot unpack a layer of a type that they do not know.',
    when: hasManifest,
    *check(archive) {
      for (const { image, position, mediaType, where } of layerTypes(archive)) {
        // A type that is none of a layer at all is manifest.layer-type-known.
        if (Object.hasOwn(LAYER_COMPRESSION, mediaType) || !LAYER_TYPE.test(mediaType)) continue;
        yield violationAt(
          where,
          'a layer type of media-types.md',
          mediaType,
          `mediaType of layers[${position}] of ${imageKey(image)}`,
        );
      }
    },
  },
  {
    id: 'manifest.layer-type-known',
    title: 'No layer of an image has a media type that is none of a layer',
    level: 'consumer',
    source: cite('layer', 'change-types', 'Types of changes that can occur in a changeset are:'),
    consequence:
      'containerd finds no way to unpack the layer ("no processor for media-type"). Give it the type of its compression.',
    when: hasManifest,
    *check(archive) {
      for (const { image, position, mediaType, where } of layerTypes(archive)) {
        if (LAYER_TYPE.test(mediaType)) continue;
        yield violationAt(
          where,
          'a type of OCI or Docker layers',
          mediaType,
          `mediaType of layers[${position}] of ${imageKey(image)}`,
        );
      }
    },
  },
  {
    id: 'manifest.media-type-family',
    title: 'No OCI manifest has a Docker config, and no Docker manifest OCI layers',
    level: 'consumer',
    source: cite('umoci', 'oci/layer/unpack.go', 'unsupported mediatype'),
    aliases: ['O8'],
    consequence:
      'Readers of one family do not know the type of the other, and refuse the image: "invalid mixed OCI image".',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive))
        yield* ofOtherFamily(
          image,
          manifest,
          (family, pointer) => (family === 'oci') === (pointer === CONFIG),
        );
    },
  },
  {
    id: 'manifest.one-family',
    title: 'No OCI manifest has Docker layers, and no Docker manifest an OCI config',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'bazel-contrib/rules_img#518',
      'The classic builder of Docker puts layers of a Docker type into OCI manifests.',
    ),
    aliases: ['O8', 'R14', 'R83'],
    consequence:
      'Registries and scanners that keep to one family refuse the manifest or skip its layers. Rebuild it with BuildKit.',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive))
        yield* ofOtherFamily(
          image,
          manifest,
          (family, pointer) => (family === 'oci') !== (pointer === CONFIG),
        );
    },
  },
  {
    id: 'manifest.layer-compression',
    title: 'The media type of every layer tells how its bytes are compressed',
    level: 'must',
    source: cite(
      'descriptor',
      'properties',
      'This REQUIRED property contains the media type of the referenced content.',
    ),
    aliases: ['O9', 'R68', 'R83'],
    consequence:
      'Clients that trust the type (older Docker, gzip-only clients) fail to unpack: "invalid header".',
    when: hasManifest,
    *check(archive) {
      for (const { image, manifest } of objects(archive)) {
        for (const { position, descriptor, layer, member } of image.layers) {
          const stated = LAYER_COMPRESSION[descriptor?.mediaType ?? ''];
          if (
            !layer ||
            stated === undefined ||
            layer.compression === stated ||
            layer.compression === 'unknown'
          )
            continue;
          if (archive.fingerprint.profile === 'docker-dir') continue;
          const where = { ...at(image, manifest, `/layers/${position}/mediaType`), layer: position };
          yield violationAt(
            where,
            stated,
            layer.compression,
            `first bytes of ${member}`,
            `mediaType ${descriptor?.mediaType ?? ''}`,
          );
        }
      }
    },
  },
]);

function at(image: Image, { member }: JsonDocument, pointer: string) {
  return { image: imageKey(image), member, pointer };
}

/** Manifests that are objects: others are the violation of `manifest.object` alone. */
function objects(archive: Archive) {
  return manifests(archive).filter(({ manifest }) => isObject(manifest.value));
}

function configType({ value }: JsonDocument): string | undefined {
  return stringOf(fieldOf(value, 'config'), 'mediaType');
}

/** Media types of the layers of runnable images. */
function layerTypes(archive: Archive) {
  return archive.ociImages.flatMap((image) =>
    image.kind !== 'image'
      ? []
      : image.layers.flatMap(({ position, descriptor }) =>
          descriptor?.mediaType === undefined
            ? []
            : [{ image, position, mediaType: descriptor.mediaType, where: descriptor.where }],
        ),
  );
}

/** Of layers, whatever stands behind: compressions and encryption of later versions are known to their users. */
const LAYER_TYPE = /^application\/vnd\.(?:oci\.image\.layer|docker\.image\.rootfs)\./;

type Family = 'oci' | 'docker';

const CONFIG = '/config/mediaType';

/** What an image names by a type of the other family than its manifest, where it is meant. */
function* ofOtherFamily(
  image: Image,
  manifest: JsonDocument,
  isMeant: (family: Family, pointer: string) => boolean,
): Iterable<Violation> {
  const family = familyOf(stringOf(manifest.value, 'mediaType') ?? image.descriptor?.mediaType);
  if (image.kind !== 'image' || family === undefined) return;
  const layers = image.layers.map(({ position, descriptor }) => ({
    pointer: `/layers/${position}/mediaType`,
    type: descriptor?.mediaType,
  }));
  for (const { pointer, type } of [{ pointer: CONFIG, type: configType(manifest) }, ...layers]) {
    const own = familyOf(type);
    if (own === undefined || own === family || !isMeant(family, pointer)) continue;
    yield violationAt(
      at(image, manifest, pointer),
      `a media type of the family ${family}`,
      type,
      `${manifest.member} ${pointer}`,
      'mediaType of the manifest',
    );
  }
}

function familyOf(mediaType: string | undefined): Family | undefined {
  if (mediaType?.startsWith('application/vnd.oci.image.')) return 'oci';
  return mediaType?.startsWith('application/vnd.docker.') ? 'docker' : undefined;
}
