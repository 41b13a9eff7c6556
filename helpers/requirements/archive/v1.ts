import { imageKey } from '../../archive/images.ts';
import type { Archive, Image } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { entriesOf, fieldOf, isObject, stringOf } from '../../archive/oci/guards.ts';
import type { Violation } from '../outcome.ts';
import { familiarName, splitReference } from './names.ts';
import {
  cite,
  damageWhere,
  defineForArchive,
  isBesideManifest,
  manifestEntries,
  violationAt,
} from './support.ts';
import { chainIds, v1Id } from './v1-id.ts';

const SPEC = 'combined-image-json--filesystem-changeset-format';
const OLDER_LOADERS = cite(
  'docker-image-spec',
  SPEC,
  'older implementations will use the\nlegacy `*/json` files and `repositories`.',
);
const FOLDER = /^([0-9a-f]{64})\/layer\.tar$/;

const hasFolders = (archive: Archive) =>
  folders(archive).length > 0 || 'the archive has no folder of the v1 format';
const hasRepositories = ({ documents }: Archive) =>
  isObject(documents['repositories']?.value) || 'the archive has no readable repositories file';

/** The v1 format that legacy archives carry along: a folder for each layer, and `repositories`. */
export const V1_REQUIREMENTS = defineForArchive([
  {
    id: 'v1.files',
    title: 'Every folder with a layer.tar has VERSION and json too',
    level: 'practice',
    source: cite('docker-image-spec', SPEC, 'Each of\nthese directories contains 3 files'),
    aliases: ['R69'],
    consequence:
      'Old loaders end with "no such file or directory", as docker load did for archives of skopeo in 2018.',
    when: isForOldLoaders,
    *check(archive) {
      const names = new Set(archive.members.map(({ path }) => normalisePath(path)));
      for (const id of folders(archive)) {
        for (const file of ['VERSION', 'json'])
          if (!names.has(`${id}/${file}`))
            yield violationAt({ member: `${id}/${file}` }, 'a file', 'none', 'members of the archive');
      }
    },
  },
  {
    id: 'v1.version',
    title: 'Every VERSION file is 1.0',
    level: 'practice',
    source: cite('docker-image-spec', SPEC, '`VERSION` - The schema version of the `json` file'),
    consequence: 'Loaders of the v1 format refuse the layer.',
    when: hasFolders,
    *check(archive) {
      for (const id of folders(archive)) {
        const file = archive.v1Files?.get(`${id}/VERSION`);
        if (file && file.text.trimEnd() !== '1.0')
          yield violationAt({ member: file.member }, '1.0', file.text.slice(0, 100), file.member);
      }
    },
  },
  {
    id: 'v1.json',
    title: 'The files of the v1 format are JSON in UTF-8',
    level: 'practice',
    source: OLDER_LOADERS,
    consequence:
      'Whoever reads manifest.json or index.json never opens them. Loaders of the v1 format, and scripts that look for names in repositories, stop.',
    when: (archive) =>
      archive.documents['repositories'] !== undefined ||
      (archive.v1Files?.size ?? 0) > 0 ||
      'the archive has no file of the v1 format',
    check: damageWhere(['json-syntax', 'json-encoding'], isBesideManifest),
  },
  {
    id: 'v1.id',
    title: 'id of every v1 json is the name of its folder',
    level: 'practice',
    source: cite(
      'docker-image-spec',
      SPEC,
      'Each directory is named with\na 64 character hex name that is deterministically generated from the layer\ninformation.',
    ),
    consequence: 'Loaders of the v1 format look the layer up by one name and find the other.',
    when: hasFolders,
    *check(archive) {
      for (const { id, json, member } of v1Jsons(archive)) {
        const own = fieldOf(json, 'id');
        if (own !== id)
          yield violationAt({ member, pointer: '/id' }, id, own, `${member} /id`, 'name of the folder');
      }
    },
  },
  {
    id: 'v1.parent',
    title: 'parent of every v1 json is a folder of the archive',
    level: 'practice',
    source: cite(
      'moby-v1',
      'image/spec/v1.md',
      'ID of the parent image. If there is no parent image then this field\nshould be omitted.',
    ),
    consequence: 'Loaders of the v1 format cannot find the layer below.',
    when: hasFolders,
    *check(archive) {
      const ids = new Set(folders(archive));
      for (const { id, json, member } of v1Jsons(archive)) {
        const parent = fieldOf(json, 'parent');
        if (parent === undefined || (typeof parent === 'string' && ids.has(parent) && parent !== id))
          continue;
        yield violationAt(
          { member, pointer: '/parent' },
          'the name of another folder',
          parent,
          `${member} /parent`,
        );
      }
    },
  },
  {
    id: 'v1.manifest-json',
    title: 'An archive with images of the v1 format has a manifest.json too',
    level: 'practice',
    source: OLDER_LOADERS,
    aliases: ['R21'],
    consequence:
      'Docker up to 28 with a graph driver loads it. Docker 29, containerd, podman and every other consumer refuse it: load it with Docker 28 and save it again.',
    when: (archive) => v1Images(archive).length > 0 || 'the archive has another way to its images',
    *check() {
      yield violationAt(
        { member: 'manifest.json' },
        'a list of images',
        'no such file',
        'members of the archive',
      );
    },
  },
  {
    id: 'v1.parents-present',
    title: 'Every parent of a v1 layer is there, where nothing else leads to the images',
    level: 'consumer',
    source: cite(
      'moby-v1',
      'image/spec/v1.md',
      'ID of the parent image. If there is no parent image then this field\nshould be omitted.',
    ),
    consequence: 'docker load ends with "no such file or directory": a layer of the image is missing.',
    when: (archive) => v1Images(archive).length > 0 || 'no image is read by way of v1 parents',
    *check(archive) {
      const ids = new Set(folders(archive));
      for (const { json, member } of v1Jsons(archive)) {
        const parent = fieldOf(json, 'parent') ?? '';
        if (parent !== '' && !ids.has(String(parent)))
          yield violationAt(
            { member, pointer: '/parent' },
            'a folder of the archive',
            parent,
            `${member} /parent`,
          );
      }
    },
  },
  {
    id: 'v1.acyclic',
    title: 'The parents of v1 layers do not lead in a circle, where nothing else leads to the images',
    level: 'consumer',
    source: cite(
      'moby-v1',
      'image/spec/v1.md',
      'ID of the parent image. If there is no parent image then this field\nshould be omitted.',
    ),
    consequence:
      'Docker up to 28 follows the parents until its stack is full: the daemon ends, and containers with it.',
    when: ({ documents, v1Files }) =>
      (documents['manifest.json'] === undefined &&
        documents['index.json'] === undefined &&
        (v1Files?.size ?? 0) > 0) ||
      'no image is read by way of v1 parents',
    check: findCircles,
  },
  {
    id: 'v1.chain',
    title: 'The chain of v1 parents has the order of Layers in manifest.json',
    level: 'practice',
    source: OLDER_LOADERS,
    consequence:
      'Loaders of the v1 format stack the layers in another order than those that read manifest.json.',
    when: (archive) => chains(archive).length > 0 || 'Layers in manifest.json does not name v1 folders',
    *check(archive) {
      const ids = new Set(folders(archive));
      for (const { image, chain } of chains(archive)) {
        for (const [position, id] of chain.entries()) {
          const json = archive.v1Files?.get(`${id}/json`)?.value;
          const expected = chain[position - 1];
          const parent = stringOf(json, 'parent');
          const isDangling = parent !== undefined && (!ids.has(parent) || parent === id);
          if (!isObject(json) || parent === expected || isDangling) continue;
          yield violationAt(
            { image: imageKey(image), layer: position, member: `${id}/json`, pointer: '/parent' },
            expected,
            parent,
            `${id}/json /parent`,
            `manifest.json /${image.position}/Layers/${position - 1}`,
          );
        }
      }
    },
  },
  {
    id: 'v1.chain-id',
    title: 'Every v1 ID of Docker is the digest of its json with the chainID of the layers',
    level: 'practice',
    source: cite(
      'config',
      'layer-chainid',
      'The `ChainID` of an applied set of layers is defined with the following recursion',
    ),
    aliases: ['C6'],
    consequence:
      'Docker up to 24 derived the names of the folders so: one that differs was changed after the save.',
    when: (archive) =>
      (archive.fingerprint.profile === 'docker-graphdriver-legacy' && chains(archive).length > 0) ||
      'only Docker up to 24 derives v1 IDs in this way',
    *check(archive) {
      for (const { image, chain } of chains(archive)) {
        const stack = chainIds(image.diffIds);
        if (stack.length !== chain.length) continue;
        for (const [position, id] of chain.entries()) {
          const json = archive.v1Files?.get(`${id}/json`)?.value;
          const isOwn = stringOf(json, 'id') === id && stringOf(json, 'parent') === chain[position - 1];
          const expected =
            isObject(json) && isOwn
              ? v1Id(json, stack[position] ?? '', chain[position - 1], position === chain.length - 1)
              : id;
          if (expected !== id)
            yield violationAt(
              { image: imageKey(image), layer: position, member: `${id}/json` },
              expected,
              id,
              'name of the folder',
              'sha256 of the json with layer_id and parent',
            );
        }
      }
    },
  },
  {
    id: 'repositories.form',
    title: 'repositories maps each repository to tags and IDs of 64 hexadecimal digits',
    level: 'practice',
    source: cite(
      'docker-image-spec',
      SPEC,
      'Every key in this object is the name of a repository, and maps to a collection\nof tag suffixes.',
    ),
    aliases: ['A9'],
    consequence: 'Loaders of the v1 format cannot read the names.',
    when: ({ documents }) =>
      documents['repositories']?.value !== undefined || 'the archive has no readable repositories file',
    *check({ documents }) {
      const value = documents['repositories']?.value;
      if (!isObject(value)) yield violationAt({ member: 'repositories' }, 'an object', value, 'repositories');
      for (const [repository, tags] of entriesOf(value)) {
        if (!isObject(tags))
          yield violationAt({ member: 'repositories' }, 'an object of tags', tags, repository);
        for (const [tag, id] of entriesOf(tags))
          if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id) || !splitReference(`${repository}:${tag}`))
            yield violationAt(
              { member: 'repositories' },
              'repository, tag, and 64 hexadecimal digits',
              id,
              `${repository}:${tag}`,
            );
      }
    },
  },
  {
    id: 'repositories.tags',
    title: 'repositories names exactly the tags of manifest.json',
    level: 'practice',
    source: cite(
      'moby',
      'api/swagger.yaml',
      'If the tarball defines a repository, the tarball should also include a `repositories` file',
    ),
    aliases: ['A9'],
    consequence: 'Loaders of the v1 format give the image other names than those that read manifest.json.',
    when: (archive) =>
      (hasRepositories(archive) === true && manifestEntries(archive).length > 0) ||
      'there is no repositories file beside a list of images in manifest.json',
    *check({ documents, dockerImages }) {
      const told = repositoryTags(documents['repositories']?.value)
        .map(({ name }) => name)
        .sort();
      // The v1 format has no way to name an image without layers.
      const layered = dockerImages.filter(({ layers, diffIds }) => layers.length > 0 || diffIds.length > 0);
      const tags = [
        ...new Set(
          layered
            .flatMap(({ names }) => names)
            .filter(splitReference)
            .map(familiarName),
        ),
      ].sort();
      if (told.join('\n') !== tags.join('\n'))
        yield violationAt(
          { member: 'repositories' },
          tags,
          told,
          'repositories',
          'RepoTags in manifest.json',
        );
    },
  },
  {
    id: 'repositories.top-layer',
    title: 'Every tag in repositories leads to the top layer of its image',
    level: 'practice',
    source: cite('moby', 'api/swagger.yaml', 'a list of repository and tag names mapped to layer IDs'),
    aliases: ['A9'],
    consequence:
      'Loaders of the v1 format stack the wrong layers. Docker up to 24 and podman write a v1 ID, Docker 25 to 29 a diffID.',
    when: hasRepositories,
    check: findWrongTops,
  },
]);

/** IDs of the folders that hold a `layer.tar`. */
function folders({ members }: Archive): readonly string[] {
  return members.flatMap(({ path }) => FOLDER.exec(normalisePath(path))?.[1] ?? []);
}

/** Some tools, such as those of Nix, name the folders so and write nothing else of the v1 format. */
function isForOldLoaders(archive: Archive): true | string {
  const found = hasFolders(archive);
  if (found !== true) return found;
  return (
    archive.documents['repositories'] !== undefined ||
    (archive.v1Files?.size ?? 0) > 0 ||
    'nothing but the names of the folders is of the v1 format'
  );
}

/** Every `<id>/json` that is JSON. */
function v1Jsons(archive: Archive) {
  return folders(archive).flatMap((id) => {
    const file = archive.v1Files?.get(`${id}/json`);
    return file?.value !== undefined ? [{ id, json: file.value, member: file.member }] : [];
  });
}

/** Images whose `Layers` name v1 folders, with the IDs bottom first. */
function chains({ dockerImages }: Archive): readonly { image: Image; chain: readonly string[] }[] {
  return dockerImages.flatMap((image) => {
    if (image.view !== 'manifest.json') return [];
    const chain = image.layers.flatMap(({ reference }) => FOLDER.exec(normalisePath(reference))?.[1] ?? []);
    return chain.length > 0 && chain.length === image.layers.length ? [{ image, chain }] : [];
  });
}

function v1Images({ dockerImages }: Archive): readonly Image[] {
  return dockerImages.filter(({ view }) => view === 'repositories');
}

/** Each circle once, at the layer of it that stands first in the archive. */
function* findCircles(archive: Archive): Iterable<Violation> {
  const jsons = new Map(v1Jsons(archive).map((found) => [found.id, found]));
  const judged = new Set<string>();
  for (const start of jsons.keys()) {
    const walked = new Set<string>();
    let id: string | undefined = start;
    while (id !== undefined && jsons.has(id) && !judged.has(id) && !walked.has(id)) {
      walked.add(id);
      id = stringOf(jsons.get(id)?.json, 'parent');
    }
    for (const known of walked) judged.add(known);
    const met = id === undefined || !walked.has(id) ? undefined : jsons.get(id);
    if (met)
      yield violationAt(
        { member: met.member, pointer: '/parent' },
        'a layer at the bottom, without a parent',
        `leads back to ${met.id}`,
        `parents from ${met.id} on`,
      );
  }
}

function repositoryTags(value: Parameters<typeof entriesOf>[0]) {
  return entriesOf(value).flatMap(([repository, tags]) =>
    entriesOf(tags).map(([tag, id]) => ({ name: familiarName(`${repository}:${tag}`), id })),
  );
}

function* findWrongTops({ documents, dockerImages, members }: Archive): Iterable<Violation> {
  const imageOf = new Map<string, Image>();
  for (const image of dockerImages) {
    for (const own of image.names.map(familiarName)) if (!imageOf.has(own)) imageOf.set(own, image);
  }
  const memberOf = new Map<string, Archive['members'][number]>();
  for (const member of members) {
    const path = normalisePath(member.path);
    if (!memberOf.has(path)) memberOf.set(path, member);
  }
  for (const { name, id } of repositoryTags(documents['repositories']?.value)) {
    const image = imageOf.get(name);
    const top = image?.layers.at(-1);
    const diffId = image?.diffIds.at(-1);
    if (!image || !top || diffId === undefined || typeof id !== 'string') continue;
    const link = memberOf.get(`${id}/layer.tar`);
    // A link that leads nowhere is the violation of archive.links-resolve.
    if (link?.type === 'symlink' && link.resolved === undefined) continue;
    const isTop = link ? (link.resolved ?? link.path) === top.member : `sha256:${id}` === diffId;
    if (!isTop)
      yield violationAt(
        { member: 'repositories', image: imageKey(image) },
        `the folder of ${top.reference}, or ${diffId}`,
        id,
        `repositories, ${name}`,
      );
  }
}
