import type { Archive, Image } from './model.ts';

/** The images of an archive, once each: from `manifest.json`, and those that only `index.json` reaches. */
export function imagesOf({ dockerImages, ociImages }: Archive): readonly Image[] {
  const known = new Set(dockerImages.map(({ config }) => config?.digest));
  return [
    ...dockerImages,
    ...ociImages.filter(({ kind, config }) => kind === 'image' && !known.has(config?.digest)),
  ];
}

/** What an image of an archive is called in places and messages: its view and its position there, `manifest.json#0`. */
export function imageKey({ view, position }: Pick<Image, 'view' | 'position'>): string {
  return `${view}#${position}`;
}
