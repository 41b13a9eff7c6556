import { digestOf } from '../../../archive/digest.ts';
import type { Draft, MutableObject } from '../draft.ts';
import type { TarItem } from '../tar-writer.ts';
import { hexOf, serialise, type WrittenImage, writeArchive, writeImage } from '../write-image.ts';

const MODE = 0o444;

/** podman and skopeo `docker-archive`: `<diffid>.tar`, and v1 folders whose layer.tar are links to them. */
export function renderPodman(draft: Draft): Uint8Array {
  const images = draft.images.map((image, position) => writeImage(draft, image, position, 'none'));
  const members = new Map<string, TarItem>();
  const add = (item: TarItem) => members.set(item.path, { mode: MODE, ...item });
  const list: MutableObject[] = [];
  const names: MutableObject = {};
  for (const image of images) {
    for (const { diffId, bytes } of image.layers) add({ path: `${hexOf(diffId)}.tar`, content: bytes });
    const config = `${hexOf(image.configDigest)}.json`;
    add({ path: config, content: image.configText });
    const ids = addFolders(draft, image, add);
    list.push({
      Config: config,
      RepoTags: [...image.tags],
      Layers: image.layers.map(({ diffId }) => `${hexOf(diffId)}.tar`),
    });
    for (const name of image.tags) {
      const colon = name.lastIndexOf(':');
      if (ids.length > 0) names[name.slice(0, colon)] = { [name.slice(colon + 1)]: ids.at(-1) ?? '' };
    }
  }
  draft.edit.manifestJson?.(list);
  draft.edit.repositories?.(names);
  add({ path: 'manifest.json', content: serialise(draft, 'manifestJson', list) });
  add({ path: 'repositories', content: JSON.stringify(names) });
  return writeArchive(draft, [...members.values()]);
}

function addFolders(draft: Draft, image: WrittenImage, add: (item: TarItem) => void): readonly string[] {
  const ids: string[] = [];
  for (const [position, { diffId }] of image.layers.entries()) {
    const parent = ids.at(-1);
    const id = hexOf(digestOf(`${parent ?? ''} ${diffId}`));
    const json: MutableObject = { id, ...(parent === undefined ? {} : { parent }) };
    draft.edit.v1?.(json, position);
    add({ path: `${id}/layer.tar`, type: 'symlink', linkname: `../${hexOf(diffId)}.tar` });
    add({ path: `${id}/VERSION`, content: '1.0' });
    add({ path: `${id}/json`, content: JSON.stringify(json) });
    ids.push(id);
  }
  return ids;
}
