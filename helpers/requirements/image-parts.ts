/** Parts of an image that can differ or be lost, the heaviest first. */
export const IMAGE_PARTS = [
  'image',
  'platform',
  'config',
  'files',
  'modes',
  'owners',
  'attributes',
  'times',
  'layers',
  'compression',
  'history',
  'names',
  'annotations',
  'attestations',
] as const;
