import { imagesOf } from '../archive/images.ts';
import { readArchive } from '../archive/read-archive.ts';
import { DIFF_READ, diffArchives } from '../gate/diff/diff-archives.ts';
import type { Area } from '../gate/diff/diff-model.ts';
import { diffLayers } from '../gate/diff/layers.ts';
import type { BuildDifference, BuiltTwice, ReproduceEvidence } from '../requirements/procedure/evidence.ts';

/** Differences that are told; a person reads no more. */
const MAX_TOLD = 50;
/** Told layer by layer, or asked for by the two names. */
const ELSEWHERE: readonly Area[] = ['files', 'modes', 'owners', 'attributes', 'layers', 'names'];

/** Reads the archives of two builds, and says what they do not have in common. */
export async function compareBuilt({ files, ...built }: BuiltTwice): Promise<ReproduceEvidence> {
  const first = await readArchive(files[0], DIFF_READ);
  const second = await readArchive(files[1], DIFF_READ);
  for (const { incomplete } of [first, second])
    if (incomplete !== undefined)
      throw new Error(`The image of one of two builds was not read to its end, because ${incomplete}.`);
  const inLayers = imagesOf(first).flatMap((image, position): readonly BuildDifference[] => {
    const other = imagesOf(second)[position];
    return other === undefined ? [] : [...diffLayers(image, other)];
  });
  const { differences, omitted } = diffArchives(first, second, [undefined, undefined], { ignore: ELSEWHERE });
  const others = differences
    .filter(({ area, what }) => area !== 'times' || !what.startsWith('/'))
    .map(({ what, before = null, after = null }) => ({ field: what, first: before, second: after }));
  const all = [...inLayers, ...others];
  return {
    ...built,
    differences: all.slice(0, MAX_TOLD),
    omitted: Math.max(0, all.length - MAX_TOLD) + omitted,
  };
}
