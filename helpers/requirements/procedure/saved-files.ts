import type { Archive, Image, Layer, LayerReference } from '../../archive/model.ts';

/** Looking into a saved archive, for the requirements of the save and tree steps. */

export interface ArchivedFile {
  /** Without a leading `./` or `/`. */
  readonly path: string;
  readonly bytes: Uint8Array | undefined;
}

/** The images of an archive: as `manifest.json` tells them, else as `index.json` does. */
export function savedImages({ dockerImages, ociImages }: Archive): readonly Image[] {
  return dockerImages.length > 0 ? dockerImages : ociImages.filter(({ kind }) => kind === 'image');
}

/** The image that the archive was saved for. */
export function imageOf(archive: Archive): Image | undefined {
  return savedImages(archive)[0];
}

/** Its layers, bottom first. */
export function layersOf(archive: Archive): readonly LayerReference[] {
  return imageOf(archive)?.layers ?? [];
}

/** The regular files of one layer, in order; whiteouts are among them. */
export function filesOf(layer: Layer): readonly ArchivedFile[] {
  return [...layer.entries]
    .map((entry, position) => ({ entry, bytes: layer.contents.get(position)?.bytes }))
    .filter(({ entry }) => entry.type === 'file')
    .map(({ entry, bytes }) => ({ path: entry.path.replace(/^(\.?\/)+/, ''), bytes }));
}

/** The files of the image's root by path: later layers win. The documented image deletes nothing. */
export function savedRoot(archive: Archive): ReadonlyMap<string, ArchivedFile> {
  const root = new Map<string, ArchivedFile>();
  for (const { layer } of layersOf(archive)) {
    for (const file of layer ? filesOf(layer) : []) root.set(file.path, file);
  }
  return root;
}

/** Content as text; `null` when the archive was read without it. */
export function readText({ bytes }: ArchivedFile): string | null {
  return bytes === undefined ? null : new TextDecoder().decode(bytes);
}
