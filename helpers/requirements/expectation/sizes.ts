import { imageKey } from '../../archive/images.ts';
import type { Image } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { flatten } from '../../archive/rootfs.ts';
import type { Locator } from '../../common/locator.ts';
import { UnjudgedError, type Violation } from '../outcome.ts';
import { stated } from './config.ts';
import type { ExpectedSizes } from './expectation-model.ts';
import { layerFiles } from './found.ts';

/** Compares what the layers of an image weigh with bounds. A layer without content has no weight that is known. */
export function* compareSizes(image: Image, expected: ExpectedSizes): Iterable<Violation> {
  const where = { image: imageKey(image) };
  const { maxLayers } = expected;
  if (maxLayers !== undefined && image.layers.length > maxLayers)
    yield exceeds(
      where,
      'maxLayers',
      maxLayers,
      image.layers.length,
      'layers',
      `layers of ${imageKey(image)}`,
    );
  const { maxSize, maxLayerSize, maxWasted } = expected;
  if (maxSize === undefined && maxLayerSize === undefined && maxWasted === undefined) return;
  const absent = image.layers.find(({ layer }) => !layer);
  if (absent)
    throw new UnjudgedError(
      `The sizes of ${imageKey(image)} are not known: layer ${absent.position} (${absent.member || absent.reference}) is not in the archive.`,
    );
  const size = sizeOf(image);
  if (maxSize !== undefined && size > maxSize)
    yield exceeds(where, 'maxSize', maxSize, size, 'bytes', 'layers, uncompressed, together');
  for (const { position, member, layer } of image.layers) {
    const bytes = layer?.uncompressedSize ?? 0;
    if (maxLayerSize === undefined || bytes <= maxLayerSize) continue;
    const place = { ...where, layer: position, member };
    yield exceeds(place, 'maxLayerSize', maxLayerSize, bytes, 'bytes', `size of ${member}, uncompressed`);
  }
  if (maxWasted === undefined) return;
  const wasted = wastedOf(image);
  if (wasted.bytes > maxWasted)
    yield exceeds(where, 'maxWasted', maxWasted, wasted.bytes, 'bytes', describeWaste(wasted));
}

/** Bytes of all layers, uncompressed. */
export function sizeOf({ layers }: Image): number {
  return layers.reduce((sum, { layer }) => sum + (layer?.uncompressedSize ?? 0), 0);
}

function exceeds(
  where: Locator,
  field: keyof ExpectedSizes,
  most: number,
  found: number,
  unit: string,
  from: string,
): Violation {
  return {
    where,
    expected: { value: `at most ${most} ${unit}`, from: stated(`/sizes/${field}`) },
    actual: { value: `${found} ${unit}`, from },
  };
}

interface Waste {
  readonly bytes: number;
  readonly files: number;
  /** The file of the most bytes. */
  readonly largest: string;
}

function describeWaste({ files, largest }: Waste): string {
  return `content of ${files} ${files === 1 ? 'file' : 'files'} that later layers replace or hide, the largest of them ${largest}`;
}

/** Content that a layer holds and nobody sees, because a later layer replaces or removes the file. */
export function wastedOf(image: Image): Waste {
  const seen = seenFiles(image);
  let bytes = 0;
  let files = 0;
  let largest = { path: '', size: 0 };
  for (const [index, reference] of withContent(image).entries()) {
    for (const [path, { entry }] of layerFiles(image, reference).files) {
      if (entry.size === 0 || path.startsWith('../') || seen.has(`${index} ${path}`)) continue;
      bytes += entry.size;
      files++;
      if (entry.size > largest.size) largest = { path, size: entry.size };
    }
  }
  return { bytes, files, largest: largest.path };
}

/** Layer and recorded path of every file of the root, and of what its hard links lead to. */
function seenFiles(image: Image): ReadonlySet<string> {
  const stack = withContent(image).flatMap(({ layer }) => layer ?? []);
  const seen = new Set<string>();
  for (const { entry, layer } of flatten(stack).files.values()) {
    seen.add(`${layer} ${normalisePath(entry.path)}`);
    if (entry.type === 'hardlink') seen.add(`${layer} ${normalisePath(entry.linkname)}`);
  }
  return seen;
}

function withContent({ layers }: Image) {
  return layers.filter(({ layer }) => layer);
}
