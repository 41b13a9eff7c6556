import { chainIds, v1Id } from '../../../requirements/archive/v1-id.ts';
import type { Draft, MutableObject } from '../draft.ts';
import { CREATED_SECONDS } from '../golden.ts';
import type { TarItem } from '../tar-writer.ts';
import {
  hexOf,
  serialise,
  sortedMembers,
  type WrittenImage,
  writeArchive,
  writeImage,
} from '../write-image.ts';

/** The v1 JSON of a layer before it has an ID; only the top one tells more than the time. */
function v1Json({ config, layers }: WrittenImage, position: number): MutableObject {
  const isTop = position === layers.length - 1;
  return isTop
    ? {
        created: config['created'] ?? '',
        config: config['config'] ?? {},
        architecture: config['architecture'] ?? '',
        os: config['os'] ?? '',
      }
    : { created: '1970-01-01T00:00:00Z', container_config: { Hostname: '', Cmd: null } };
}

/** The v1 JSON that Docker 25 to 29 keeps as an unreferenced blob. */
export function v1Placeholder(image: WrittenImage, position: number): string {
  return JSON.stringify({ id: hexOf(image.layers[position]?.diffId ?? ''), ...v1Json(image, position) });
}

/** Docker up to 24: a folder for each layer, `<id>.json`, `manifest.json` and `repositories`. */
export function renderLegacy(draft: Draft): Uint8Array {
  const images = draft.images.map((image, position) => writeImage(draft, image, position, 'none'));
  const members: TarItem[] = [];
  const names: MutableObject = {};
  const list: MutableObject[] = [];
  for (const image of images) {
    const ids = writeFolders(draft, image, members);
    const config = `${hexOf(image.configDigest)}.json`;
    members.push({ path: config, content: image.configText, mtime: CREATED_SECONDS });
    list.push({
      Config: config,
      RepoTags: image.tags.length > 0 ? [...image.tags] : null,
      Layers: ids.map((id) => `${id}/layer.tar`),
    });
    for (const name of image.tags) {
      const colon = name.lastIndexOf(':');
      names[name.slice(0, colon)] = { [name.slice(colon + 1)]: ids.at(-1) ?? '' };
    }
  }
  draft.edit.manifestJson?.(list);
  draft.edit.repositories?.(names);
  members.push({ path: 'manifest.json', content: `${serialise(draft, 'manifestJson', list)}\n` });
  if (Object.keys(names).length > 0)
    members.push({ path: 'repositories', content: `${JSON.stringify(names)}\n` });
  return writeArchive(draft, sortedMembers(members));
}

function writeFolders(draft: Draft, image: WrittenImage, members: TarItem[]): readonly string[] {
  const stack = chainIds(image.layers.map(({ diffId }) => diffId));
  const ids: string[] = [];
  for (const [position, layer] of image.layers.entries()) {
    const isTop = position === image.layers.length - 1;
    const parent = ids.at(-1);
    const json = v1Json(image, position);
    const id = v1Id(json, stack[position] ?? '', parent, isTop);
    const told: MutableObject = { id, ...(parent === undefined ? {} : { parent }), ...json, os: 'linux' };
    draft.edit.v1?.(told, position);
    // A layer that repeats an earlier one is a link to it.
    const first = image.layers.findIndex(({ diffId }) => diffId === layer.diffId);
    const mtime = CREATED_SECONDS;
    members.push(
      { path: `${id}/`, type: 'directory', mtime },
      { path: `${id}/VERSION`, content: '1.0', mtime },
      { path: `${id}/json`, content: JSON.stringify(told), mtime },
      first < position
        ? { path: `${id}/layer.tar`, type: 'symlink', linkname: `../${ids[first]}/layer.tar`, mtime }
        : { path: `${id}/layer.tar`, content: layer.bytes, mtime },
    );
    ids.push(id);
  }
  return ids;
}
