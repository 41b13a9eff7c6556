import type { Archive } from '../../archive/model.ts';
import type { Evidence, ObservationDefinition } from './define.ts';

/** What only an engine, beside its archive, can show. */
export const ENGINE_OBSERVATIONS = [
  {
    id: 'observation.image-id',
    title: 'What the engine reports as the image ID',
    read: ({ imageId, archive }: Evidence) =>
      imageId === undefined || archive === undefined ? undefined : imageIdMeaning(imageId, archive),
    advice: {
      means: 'An ID that is no config digest changes when only compression, annotations or attestations do.',
      do: 'Compare config digests (manifest.json Config) where builds must agree.',
      cases: [
        {
          fits: (_, after) => after === 'config digest',
          means:
            'The ID names the config alone: it no longer tells compression, annotations or attestations apart.',
          do: 'Where stored bytes must be told apart, compare digests of manifests instead.',
        },
      ],
    },
  },
  {
    id: 'observation.save-repeats',
    title: 'Two saves of one image, compared in bytes',
    read: ({ savedTwice }: Evidence) => savedTwice,
    advice: {
      means: 'Where saves differ, checksums and caches of the archive never match.',
      do: 'Key caches on the config digest or the diffIDs.',
      cases: [
        {
          fits: (_, after) => after === 'identical',
          means: 'Saves of one image are now the same bytes, so checksums and caches of the archive match.',
          do: 'Nothing to do; what works round saves that differ can go.',
        },
      ],
    },
  },
] as const satisfies readonly ObservationDefinition[];

function imageIdMeaning(imageId: string, { dockerImages, ociImages }: Archive): string {
  const images = [...dockerImages, ...ociImages];
  if (images.some(({ config }) => config?.digest === imageId)) return 'config digest';
  if (images.some(({ manifest }) => manifest?.digest === imageId)) return 'manifest digest';
  return images.some(({ path }) => path.includes(imageId)) ? 'index digest' : 'something not in the archive';
}
