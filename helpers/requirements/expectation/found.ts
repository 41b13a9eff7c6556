import { imageKey } from '../../archive/images.ts';
import type { EntryContent, Image, Layer, LayerReference } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { flatten } from '../../archive/rootfs.ts';
import type { FoundFile, FoundFiles } from './files.ts';

/** The files of one layer by normalised path; of a path that is there twice, the last. The root itself is left out. */
export function layerFiles(image: Image, { position, member, layer }: LayerReference): FoundFiles {
  const files = new Map<string, FoundFile>();
  const where = { image: imageKey(image), layer: position, member };
  for (let index = 0; index < (layer?.entries.length ?? 0); index++) {
    const entry = layer?.entries.at(index);
    if (!entry || entry.type === 'pax-global') continue;
    const path = normalisePath(entry.path);
    const content = layer?.contents.get(index);
    if (path !== '')
      files.set(path, { entry, where: { ...where, entry: entry.path }, ...(content && { content }) });
  }
  const from = layer ? `entries of ${member}` : `${member}, which is missing or no layer`;
  return { files, where, from, pointer: `/layers/${position}` };
}

/** The files of the flattened root, each with the layer that it comes from. A layer without content adds nothing. */
export function rootFiles(image: Image): FoundFiles {
  const stack = image.layers.flatMap(({ position, member, layer }) =>
    layer ? [{ position, member, entries: layer.entries, contents: contentsByOffset(layer) }] : [],
  );
  const files = new Map<string, FoundFile>();
  for (const [path, { entry, layer: index }] of flatten(stack).files) {
    const layer = stack[index];
    const content = layer?.contents.get(entry.headerOffset);
    const where = {
      image: imageKey(image),
      ...(layer && { layer: layer.position, member: layer.member }),
      entry: entry.path,
    };
    files.set(path, { entry, where, ...(content && { content }) });
  }
  return {
    files,
    where: { image: imageKey(image) },
    from: 'the layers, applied bottom first',
    pointer: '/rootfs',
  };
}

/** What was kept of a layer, by the offset of the entry's header. */
function contentsByOffset({ entries, contents }: Layer): ReadonlyMap<number, EntryContent> {
  const kept = new Map<number, EntryContent>();
  for (const [position, content] of contents) {
    const offset = entries.at(position)?.headerOffset;
    if (offset !== undefined) kept.set(offset, content);
  }
  return kept;
}
