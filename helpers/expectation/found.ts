import type { Image, LayerReference } from '../archive/model.ts';
import { normalisePath } from '../archive/normalise-path.ts';
import type { FoundFile, FoundFiles } from './files.ts';
import { imageKey } from './select.ts';

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
