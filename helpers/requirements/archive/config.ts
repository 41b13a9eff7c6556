import { parseDigest } from '../../archive/digest.ts';
import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, stringOf } from '../../archive/oci/guards.ts';
import { CONFIG_TYPES } from '../../archive/oci/media-types.ts';
import type { Json } from '../../common/json.ts';
import { GOARCH, GOOS } from './platforms.ts';
import {
  cite,
  configObjects,
  configs,
  defineForArchive,
  hasConfig,
  isDateTime,
  manifestEntries,
  runnableImages,
  violationAt,
} from './support.ts';

const SPEC = 'config';

/** The image config: platform, layers, identity. */
export const CONFIG_REQUIREMENTS = defineForArchive([
  {
    id: 'config.object',
    title: 'The config of every image is a JSON object',
    level: 'consumer',
    source: cite(
      SPEC,
      'image-json',
      'Each image has an associated JSON structure which describes some basic information about the image',
    ),
    consequence: 'No engine can load or run the image.',
    when: (archive) => configs(archive).length > 0 || 'the archive has no image with a config',
    *check(archive) {
      for (const { image, config } of configs(archive)) {
        if (config.value === undefined || isObject(config.value)) continue;
        yield violationAt(
          at(image, config, ''),
          'an object',
          isArray(config.value) ? 'an array' : config.value,
          config.member,
        );
      }
    },
  },
  {
    id: 'config.platform',
    title: 'Every config names architecture and os',
    level: 'must',
    source: cite(SPEC, 'properties', '**architecture** _string_, REQUIRED'),
    aliases: ['C1'],
    consequence: 'Engines cannot match the image to a platform: containerd skips it, Docker guesses its own.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const name of ['architecture', 'os']) {
          const value = fieldOf(config.value, name);
          if (typeof value !== 'string' || value === '')
            yield violationAt(at(image, config, `/${name}`), 'a name', value, `${config.member} /${name}`);
        }
      }
    },
  },
  {
    id: 'config.known-platform',
    title: 'architecture of every config is a value that Go knows',
    level: 'should',
    source: cite(
      SPEC,
      'properties',
      'Configurations SHOULD use, and implementations SHOULD understand, values listed in the Go Language document for [`GOARCH`][go-environment].',
    ),
    aliases: ['C1'],
    consequence: 'Engines compare these words literally: x86_64 is not amd64, and the image is never chosen.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const value = stringOf(config.value, 'architecture') ?? '';
        if (value !== '' && !GOARCH.has(value))
          yield violationAt(
            at(image, config, '/architecture'),
            'a value of GOARCH',
            value,
            `${config.member} /architecture`,
          );
      }
    },
  },
  {
    id: 'config.known-os',
    title: 'os of every config is a value that Go knows',
    level: 'consumer',
    source: cite(
      SPEC,
      'properties',
      'Configurations SHOULD use, and implementations SHOULD understand, values listed in the Go Language document for [`GOOS`][go-environment].',
    ),
    aliases: ['C1'],
    consequence:
      'Engines have no store for an operating system that does not exist: Docker 20.10 ends the request with a panic.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const value = stringOf(config.value, 'os') ?? '';
        if (value !== '' && !GOOS.has(value))
          yield violationAt(at(image, config, '/os'), 'a value of GOOS', value, `${config.member} /os`);
      }
    },
  },
  {
    id: 'config.rootfs-type',
    title: 'rootfs.type of every config is layers',
    level: 'must',
    source: cite(SPEC, 'properties', 'MUST be set to `layers`.'),
    aliases: ['C2'],
    consequence: 'Implementations must refuse any other value.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const type = fieldOf(fieldOf(config.value, 'rootfs'), 'type');
        if (type !== 'layers')
          yield violationAt(
            at(image, config, '/rootfs/type'),
            'layers',
            type,
            `${config.member} /rootfs/type`,
          );
      }
    },
  },
  {
    id: 'config.diff-ids-form',
    title: 'rootfs.diff_ids of every config is an array of digests',
    level: 'must',
    source: cite(SPEC, 'properties', '**diff_ids** _array of strings_, REQUIRED'),
    aliases: ['C3'],
    consequence: 'The layers cannot be verified or stacked: no engine can unpack the image.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const list = diffIdsOf(config);
        const where = at(image, config, '/rootfs/diff_ids');
        if (isArray(list)) {
          for (const [index, id] of list.entries())
            if (!parseDigest(id))
              yield violationAt(
                { ...where, pointer: `/rootfs/diff_ids/${index}` },
                'a digest',
                id,
                `${config.member} /rootfs/diff_ids/${index}`,
              );
          // BuildKit and the classic builder on the containerd store write null for an image without layers.
        } else if (list !== null || image.layers.length > 0)
          yield violationAt(where, 'an array of digests', list, `${config.member} /rootfs/diff_ids`);
      }
    },
  },
  {
    id: 'config.layer-count',
    title: 'Every image lists as many layers as its config has diff_ids',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'image-json-field-descriptions',
      '<code>diff_ids</code> is an array of layer content hashes (<code>DiffIDs</code>), in order from bottom-most to top-most.',
    ),
    aliases: ['C3', 'O17', 'R1'],
    consequence:
      'docker load ends with "invalid manifest, layers length mismatch"; others unpack an incomplete root.',
    when: hasConfig,
    *check(archive) {
      for (const image of countable(archive)) {
        if (image.layers.length === image.diffIds.length) continue;
        const where = { image: imageKey(image), member: image.manifest?.member ?? image.view };
        yield violationAt(
          where,
          image.diffIds.length,
          image.layers.length,
          `layers as ${image.view} leads to them`,
          `diff_ids in ${image.config?.member}`,
        );
      }
    },
  },
  {
    id: 'config.diff-id',
    title: 'Every diffID is the digest of its uncompressed layer',
    level: 'consumer',
    source: cite(
      SPEC,
      'layer-diffid',
      "A layer DiffID is the digest over the layer's uncompressed tar archive",
    ),
    aliases: ['C4', 'O6', 'O17', 'L11', 'R3'],
    consequence:
      'docker load and containerd refuse the layer; where layers are swapped, the wrong file wins.',
    when: hasConfig,
    *check(archive) {
      for (const image of countable(archive)) {
        if (image.layers.length !== image.diffIds.length) continue;
        for (const { position, layer, member } of image.layers) {
          const expected = image.diffIds[position];
          if (!layer || layer.diffId === '' || !parseDigest(expected) || layer.diffId === expected) continue;
          yield violationAt(
            { image: imageKey(image), layer: position, member },
            expected,
            layer.diffId,
            `sha256 of ${member}, uncompressed`,
            `rootfs.diff_ids[${position}] of ${image.config?.member}`,
          );
        }
      }
    },
  },
  {
    id: 'config.name',
    title: 'A config file named by a digest hashes to its name',
    level: 'practice',
    source: cite(
      'docker-image-spec',
      'terminology',
      "Each image's ID is given by the SHA256 hash of its configuration JSON.",
    ),
    aliases: ['C5'],
    consequence: 'The image gets another ID than its file name says: references by ID lead nowhere.',
    when: ({ dockerImages }) =>
      dockerImages.some(({ config }) => config && namedDigest(config)) ||
      'no config file outside blobs is named by a digest',
    *check({ dockerImages }) {
      for (const image of dockerImages) {
        const named = image.config && namedDigest(image.config);
        if (!image.config || named === undefined || named === image.config.digest) continue;
        yield violationAt(
          at(image, image.config, ''),
          named,
          image.config.digest,
          `sha256(${image.config.member})`,
          'name of the file',
        );
      }
    },
  },
  {
    id: 'config.created',
    title: 'created of every config is a time of RFC 3339, or absent',
    level: 'consumer',
    source: cite(
      SPEC,
      'properties',
      'date and time at which the image was created, formatted as defined by [RFC 3339, section 5.6]',
    ),
    aliases: ['C9', 'R11'],
    consequence:
      'Clients that parse the time fail for the whole image, as they did with the empty string of Docker 25.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const created = fieldOf(config.value, 'created');
        if (created === undefined || created === null || isDateTime(created)) continue;
        yield violationAt(
          at(image, config, '/created'),
          'a time such as 2026-01-02T03:04:05Z',
          created,
          `${config.member} /created`,
        );
      }
    },
  },
]);

function at(image: Image, { member }: JsonDocument, pointer: string) {
  return { image: imageKey(image), member, pointer };
}

function diffIdsOf(config: JsonDocument): Json | undefined {
  return fieldOf(fieldOf(config.value, 'rootfs'), 'diff_ids');
}

/** Runnable images whose diff_ids can be counted, and whose list of layers is a list. */
function countable(archive: Archive): readonly Image[] {
  return runnableImages(archive).filter((image) => {
    if (!image.config || !isObject(image.config.value)) return false;
    const type = stringOf(fieldOf(image.manifest?.value, 'config'), 'mediaType');
    if (type !== undefined && !CONFIG_TYPES.includes(type)) return false;
    const list = diffIdsOf(image.config);
    const isCountable =
      (list === null && image.layers.length === 0) || (isArray(list) && list.length === image.diffIds.length);
    const listed = image.manifest
      ? fieldOf(image.manifest.value, 'layers')
      : fieldOf(manifestEntries(archive)[image.position], 'Layers');
    // `Layers: null` is how Go writes an empty list; `layers` of a manifest has to be an array.
    const isEmptyList = listed === null && (!image.manifest || image.diffIds.length === 0);
    return isCountable && (isArray(listed) || isEmptyList);
  });
}

/** `<hex>.json` of Docker and podman, `sha256:<hex>` of crane; blobs are judged by their own name. */
function namedDigest({ member }: JsonDocument): string | undefined {
  const hex = /^(?:\.\/)?(?:([0-9a-f]{64})\.json|sha256:([0-9a-f]{64}))$/.exec(member);
  return hex ? `sha256:${hex[1] ?? hex[2]}` : undefined;
}
