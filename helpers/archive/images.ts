import type { Archive, Image } from './model.ts';

/** The images of an archive, once each: from `manifest.json`, and those that only `index.json` reaches. */
export function imagesOf({ dockerImages, ociImages }: Archive): readonly Image[] {
  const known = new Set(dockerImages.map(({ config }) => config?.digest));
  return [
    ...dockerImages,
    ...ociImages.filter(({ kind, config }) => kind === 'image' && !known.has(config?.digest)),
  ];
}
