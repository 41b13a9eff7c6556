import { ENTRY_KEYS } from '../../archive/docker-view.ts';
import { imageKey } from '../../archive/images.ts';
import type { Archive, Image } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import {
  entriesOf,
  fieldOf,
  isArray,
  isObject,
  isStringArray,
  pointerSegment,
  stringOf,
  stringsOf,
} from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { familiarName, splitReference } from './names.ts';
import { cite, defineForArchive, isDockerArchive, manifestEntries, violationAt } from './support.ts';

const MEMBER = 'manifest.json';
const SPEC = 'combined-image-json--filesystem-changeset-format';

/** podman, skopeo and crane compare names as they are: a slash before one is a different name. */
function isNamed(names: ReadonlySet<string>, reference: string): boolean {
  return !reference.startsWith('/') && names.has(normalisePath(reference));
}

/** `manifest.json`, the list of images of a docker archive. */
export const MANIFEST_JSON_REQUIREMENTS = defineForArchive([
  {
    id: 'manifest-json.form',
    title: 'manifest.json is an array of objects with Config, RepoTags and Layers',
    level: 'consumer',
    source: cite('docker-image-spec', SPEC, 'It consists of an array of metadata entries'),
    aliases: ['O17'],
    consequence: 'docker load and podman load cannot read the list of images.',
    when: isDockerArchive,
    check: findMalformed,
  },
  {
    id: 'manifest-json.key-case',
    title: 'Keys in manifest.json are spelled Config, RepoTags, Layers',
    level: 'practice',
    source: cite('docker-image-spec', SPEC, 'The `Config` field references another file in the tar'),
    consequence:
      'Engines read keys of any case. Scripts with jq, and tools in other languages than Go, find nothing.',
    when: isDockerArchive,
    *check({ documents }) {
      const value = documents[MEMBER]?.value;
      for (const [position, entry] of (isArray(value) ? value : []).entries()) {
        for (const key of Object.keys(isObject(entry) ? entry : {})) {
          const name = ENTRY_KEYS.find((known) => known.toLowerCase() === key.toLowerCase());
          if (name !== undefined && name !== key)
            yield violationAt(at(position, pointerSegment(key)), name, key, `manifest.json /${position}`);
        }
      }
    },
  },
  {
    id: 'manifest-json.one-spelling',
    title: 'No entry of manifest.json has a key in two spellings',
    level: 'consumer',
    source: cite('docker-image-spec', SPEC, 'The `Config` field references another file in the tar'),
    consequence: 'Engines take the last spelling, other readers the exact one: two different images.',
    when: isDockerArchive,
    *check({ documents }) {
      const value = documents[MEMBER]?.value;
      for (const [position, entry] of (isArray(value) ? value : []).entries()) {
        const keys = Object.keys(isObject(entry) ? entry : {});
        for (const name of ENTRY_KEYS) {
          const spellings = keys.filter((key) => key.toLowerCase() === name.toLowerCase());
          if (spellings.length > 1)
            yield violationAt(at(position, `/${name}`), name, spellings, `manifest.json /${position}`);
        }
      }
    },
  },
  {
    id: 'manifest-json.config-exists',
    title: 'Config in manifest.json names a file of the archive',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      SPEC,
      'The `Config` field references another file in the tar which includes the image JSON for this image.',
    ),
    aliases: ['A4'],
    consequence: 'docker load ends with "no such file or directory": the image has no config.',
    when: isDockerArchive,
    *check(archive) {
      const names = fileNames(archive);
      for (const [position, entry] of manifestEntries(archive).entries()) {
        const config = stringOf(entry, 'Config');
        if (config === undefined || isNamed(names, config)) continue;
        yield violationAt(
          at(position, '/Config'),
          'the name of a file in the archive',
          config,
          `manifest.json /${position}/Config`,
        );
      }
    },
  },
  {
    id: 'manifest-json.layers-exist',
    title: 'Layers in manifest.json name files of the archive',
    level: 'consumer',
    source: cite('docker-image-spec', SPEC, 'The `Layers` field points to the filesystem changeset tars.'),
    aliases: ['A4', 'O17'],
    consequence: 'docker load ends with "no such file or directory": a layer is missing.',
    when: isDockerArchive,
    *check(archive) {
      const names = fileNames(archive);
      for (const [position, entry] of manifestEntries(archive).entries()) {
        for (const [layer, reference] of stringsOf(entry, 'Layers').entries()) {
          if (isNamed(names, reference)) continue;
          const where = { ...at(position, `/Layers/${layer}`), layer };
          yield violationAt(
            where,
            'the name of a file in the archive',
            reference,
            `manifest.json /${position}/Layers/${layer}`,
          );
        }
      }
    },
  },
  {
    id: 'manifest-json.plain-paths',
    title: 'Config and Layers in manifest.json name members without "./" and ".."',
    level: 'consumer',
    source: cite('docker-image-spec', SPEC, 'The `Layers` field points to the filesystem changeset tars.'),
    consequence: 'Loaders that compare names as they stand find nothing: "image config not found".',
    when: isDockerArchive,
    *check(archive) {
      const names = fileNames(archive);
      for (const [position, entry] of manifestEntries(archive).entries()) {
        const config = stringOf(entry, 'Config');
        const named = [
          ...(config === undefined ? [] : [{ pointer: '/Config', name: config }]),
          ...stringsOf(entry, 'Layers').map((name, layer) => ({ pointer: `/Layers/${layer}`, name })),
        ];
        for (const { pointer, name } of named) {
          const plain = normalisePath(name);
          if (name === plain || !isNamed(names, name)) continue;
          yield violationAt(at(position, pointer), plain, name, `manifest.json /${position}${pointer}`);
        }
      }
    },
  },
  {
    id: 'manifest-json.parent-exists',
    title: 'Parent in manifest.json is the ID of another image of the same file',
    level: 'practice',
    source: cite('docker-image-spec', SPEC, 'This parent must be part of the same `manifest.json` file.'),
    consequence: 'docker load cannot restore the parent of the image, and ends with an error.',
    when: isDockerArchive,
    *check(archive) {
      const ids = new Set(archive.dockerImages.flatMap(({ config }) => (config ? [config.digest] : [])));
      for (const [position, entry] of manifestEntries(archive).entries()) {
        const parent = stringOf(entry, 'Parent');
        if (parent === undefined || parent === '' || ids.has(parent)) continue;
        yield violationAt(
          at(position, '/Parent'),
          'the digest of a config in manifest.json',
          parent,
          `manifest.json /${position}/Parent`,
        );
      }
    },
  },
  {
    id: 'manifest-json.tag-grammar',
    title: 'Every RepoTags entry is a repository name, a colon and a tag',
    level: 'consumer',
    source: cite('docker-image-spec', 'terminology', 'Tags are limited to 128 characters.'),
    consequence: 'docker load ends with "invalid reference format", or tags the image differently.',
    when: isDockerArchive,
    *check(archive) {
      for (const [position, entry] of manifestEntries(archive).entries()) {
        for (const [index, tag] of stringsOf(entry, 'RepoTags').entries()) {
          if (splitReference(tag)) continue;
          yield violationAt(
            at(position, `/RepoTags/${index}`),
            'repository:tag',
            tag,
            `manifest.json /${position}/RepoTags/${index}`,
          );
        }
      }
    },
  },
  {
    id: 'manifest-json.ambiguous-tag',
    title: 'No RepoTags entry has sha256 as its repository',
    level: 'consumer',
    source: cite(
      'moby',
      'integration/image/tag_test.go',
      'refusing to create an ambiguous tag using digest algorithm as name',
    ),
    consequence: 'The name reads as an image ID: the image is loaded, and has no name.',
    when: isDockerArchive,
    *check(archive) {
      for (const [position, entry] of manifestEntries(archive).entries()) {
        for (const [index, tag] of stringsOf(entry, 'RepoTags').entries()) {
          const repository = splitReference(tag)?.repository;
          if (repository === undefined || familiarName(repository) !== 'sha256') continue;
          const pointer = `/RepoTags/${index}`;
          const from = `manifest.json /${position}${pointer}`;
          yield violationAt(at(position, pointer), 'a repository of another name', tag, from);
        }
      }
    },
  },
  {
    id: 'manifest-json.unique-tags',
    title: 'No tag names two images of manifest.json',
    level: 'consumer',
    source: cite(
      'docker-image-spec',
      'terminology',
      'A tag serves to map a descriptive, user-given name to any single image ID.',
    ),
    consequence: 'After loading, the tag points at the image that was read last; the other has no name.',
    when: isDockerArchive,
    *check({ dockerImages }) {
      const owners = new Map<string, Image>();
      for (const image of dockerImages) {
        for (const name of new Set(image.names.map(familiarName))) {
          const owner = owners.get(name);
          if (owner)
            yield violationAt(
              at(image.position, '/RepoTags'),
              `only on ${imageKey(owner)}`,
              name,
              'RepoTags in manifest.json',
            );
          else owners.set(name, image);
        }
      }
    },
  },
  {
    id: 'layer-sources.form',
    title: 'LayerSources is an object of descriptors with typed fields',
    level: 'consumer',
    source: cite(
      'moby',
      'daemon/internal/image/tarexport/save.go',
      'foreignSrcs[img.RootFS.DiffIDs[i]] = src',
    ),
    consequence: 'Docker cannot parse manifest.json: "cannot unmarshal array into Go struct field".',
    when: isDockerArchive,
    *check(archive) {
      for (const [position, entry] of manifestEntries(archive).entries()) {
        const sources = fieldOf(entry, 'LayerSources') ?? {};
        if (!isObject(sources))
          yield violationAt(
            at(position, '/LayerSources'),
            'an object',
            sources,
            `manifest.json /${position}`,
          );
        for (const [key, source] of entriesOf(sources)) {
          if (source === null || (isObject(source) && hasTypedFields(source))) continue;
          yield violationAt(
            at(position, `/LayerSources${pointerSegment(key)}`),
            'mediaType and digest as strings, size as a number',
            source,
            `manifest.json /${position}/LayerSources`,
          );
        }
      }
    },
  },
  {
    id: 'layer-sources.key',
    title: 'Every LayerSources entry describes the layer of its diffID',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'google/go-containerregistry#1870',
      'A push trusted LayerSources, and layers were missing.',
    ),
    aliases: ['R10'],
    consequence:
      'Consumers that trust LayerSources (crane, kind) push or import another layer than the config names.',
    when: ({ descriptors }) =>
      descriptors.some(({ role }) => role === 'layer-source') || 'manifest.json has no LayerSources',
    check: findWrongSources,
  },
  {
    id: 'layer-sources.size',
    title: 'Every LayerSources entry states the size of its blob',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'google/go-containerregistry#1870',
      'A push trusted LayerSources, and layers were missing.',
    ),
    consequence: 'Tools that show or push the layer by LayerSources state another size than its bytes have.',
    when: ({ descriptors }) =>
      descriptors.some(({ role, blob }) => blob && role === 'layer-source') ||
      'no entry of LayerSources leads to a blob of the archive',
    *check({ descriptors }) {
      for (const { role, where, value, blob } of descriptors) {
        const size = fieldOf(value, 'size');
        if (role !== 'layer-source' || !blob || typeof size !== 'number' || size === blob.size) continue;
        yield violationAt(where, blob.size, size, 'size in LayerSources', `bytes of ${blob.member}`);
      }
    },
  },
  {
    id: 'layer-sources.complete',
    title: 'LayerSources describes every layer of the image and no other',
    level: 'practice',
    source: cite(
      'moby',
      'daemon/internal/image/tarexport/save.go',
      'foreignSrcs[img.RootFS.DiffIDs[i]] = src',
    ),
    consequence:
      'Docker 25 to 29 writes one for each layer; a missing one hides the size of the layer from consumers.',
    when: ({ fingerprint, descriptors }) =>
      (fingerprint.profile === 'docker-graphdriver-hybrid' &&
        descriptors.some(({ role }) => role === 'layer-source')) ||
      'only Docker 25 to 29 with a graph driver writes LayerSources for every layer',
    *check({ dockerImages, documents }) {
      for (const { diffIds, position, config } of dockerImages) {
        if (!isArray(fieldOf(fieldOf(config?.value, 'rootfs'), 'diff_ids'))) continue;
        const entry = isArray(documents[MEMBER]?.value) ? documents[MEMBER].value[position] : undefined;
        const sources = fieldOf(entry, 'LayerSources');
        const keys = isObject(sources) ? Object.keys(sources) : [];
        const expected = [...new Set(diffIds)].sort();
        if (expected.join() === keys.toSorted().join()) continue;
        yield violationAt(
          at(position, '/LayerSources'),
          expected,
          keys.toSorted(),
          `keys of manifest.json /${position}/LayerSources`,
          'rootfs.diff_ids of the config',
        );
      }
    },
  },
]);

function hasTypedFields(source: Json): boolean {
  const is = (name: string, type: 'string' | 'number') => {
    const value = fieldOf(source, name) ?? undefined;
    return value === undefined || typeof value === type;
  };
  return is('mediaType', 'string') && is('digest', 'string') && is('size', 'number');
}

function at(position: number, pointer: string) {
  return { member: MEMBER, pointer: `/${position}${pointer}`, image: `${MEMBER}#${position}` };
}

/** Names of members that can be read as a file, links included: a broken link is another requirement's violation. */
function fileNames({ members }: Archive): ReadonlySet<string> {
  return new Set(members.filter(({ type }) => type !== 'directory').map(({ path }) => normalisePath(path)));
}

const FIELDS: readonly (readonly [string, string, (value: Json | undefined) => boolean])[] = [
  ['Config', 'a string', (value) => typeof value === 'string'],
  [
    'RepoTags',
    'an array of strings, or null',
    (value) => value === undefined || value === null || isStringArray(value),
  ],
  // Go writes an empty list as null; an image without layers has one.
  ['Layers', 'an array of strings', (value) => value === null || isStringArray(value)],
  ['Parent', 'a string', (value) => (value ?? null) === null || typeof value === 'string'],
];

function* findMalformed(archive: Archive): Iterable<Violation> {
  const value = archive.documents[MEMBER]?.value;
  if (value === undefined) return;
  if (!isArray(value)) {
    yield violationAt(
      { member: MEMBER },
      'an array of objects',
      Array.isArray(value) ? 'an array' : typeof value,
      MEMBER,
    );
    return;
  }
  for (const [position, entry] of manifestEntries(archive).entries()) {
    if (!isObject(entry))
      yield violationAt(at(position, ''), 'an object', entry, `manifest.json /${position}`);
    else
      for (const [name, expected, isRight] of FIELDS) {
        const found = fieldOf(entry, name);
        if (!isRight(found))
          yield violationAt(
            at(position, pointerSegment(name)),
            expected,
            found,
            `manifest.json /${position}/${name}`,
          );
      }
  }
}

function* findWrongSources({ descriptors, layers }: Archive): Iterable<Violation> {
  const byDigest = new Map([...layers.values()].map((layer) => [layer.digest, layer]));
  for (const { role, where, digest } of descriptors) {
    if (role !== 'layer-source' || digest === undefined) continue;
    const key = where.pointer?.split('/').at(-1) ?? '';
    const layer = byDigest.get(digest);
    const actual = layer ? layer.diffId : digest;
    if (layer?.diffId === '') continue;
    if (actual !== key)
      yield violationAt(
        where,
        key,
        actual,
        layer ? `diffID of ${layer.member}` : `digest in ${where.pointer}, no layer of the archive`,
        'key of LayerSources',
      );
  }
}
