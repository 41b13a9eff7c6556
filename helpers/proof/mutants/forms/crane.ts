import type { Draft, MutableObject } from '../draft.ts';
import type { TarItem } from '../tar-writer.ts';
import { hexOf, serialise, sortedMembers, writeArchive, writeImage } from '../write-image.ts';

/** crane and kaniko: the config is named `sha256:<hex>`, layers `<hex>.tar.gz`. */
export function renderCrane(draft: Draft): Uint8Array {
  const images = draft.images.map((image, position) => writeImage(draft, image, position, 'gzip'));
  const list = images.map(
    ({ configDigest, tags, layers }): MutableObject => ({
      Config: configDigest,
      RepoTags: [...tags],
      Layers: layers.map(({ digest }) => `${hexOf(digest)}.tar.gz`),
    }),
  );
  draft.edit.manifestJson?.(list);
  const files: TarItem[] = [
    ...images.map(({ configDigest, configText }) => ({ path: configDigest, content: configText })),
    ...images.flatMap(({ layers }) =>
      layers.map(({ digest, bytes }) => ({ path: `${hexOf(digest)}.tar.gz`, content: bytes })),
    ),
    { path: 'manifest.json', content: serialise(draft, 'manifestJson', list) },
  ];
  return writeArchive(draft, sortedMembers(files));
}
