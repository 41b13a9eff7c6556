import { imagesOf } from '../../archive/images.ts';
import type { Archive, Image } from '../../archive/model.ts';
import { AREAS, type ArchiveDiff, type ArchiveDifference, type Area, type Sameness } from './diff-model.ts';
import { attestationKinds, diffImages, platformLabel } from './image.ts';

/** Differences kept; a person reads no more. */
const MAX_KEPT = 1000;

export interface DiffOptions {
  /** Areas that may differ. */
  readonly ignore?: readonly Area[];
  /** Only images of this platform, `linux/arm64`. */
  readonly platform?: string;
}

/** What the reader must keep so that files can be compared: the digest of each. */
export const DIFF_READ = { contents: { paths: 'all', maxFileBytes: 0 } } as const;

/**
 * Holds two archives beside each other, read with `DIFF_READ`. `digests` are those of their files, where they are known. Pure.
 * Throws `DiffError` when there is nothing to compare.
 */
export function diffArchives(
  before: Archive,
  after: Archive,
  digests: readonly [string | undefined, string | undefined],
  { ignore = [], platform }: DiffOptions = {},
): ArchiveDiff {
  const [a, b] = [imagesFor(before, platform), imagesFor(after, platform)];
  if (a.length === 0 || b.length === 0)
    throw new DiffError(whyNothing(a.length === 0 ? before : after, platform));
  const pairs = pairImages(a, b);
  const kept: ArchiveDifference[] = [];
  const ignored: Partial<Record<Area, number>> = {};
  let omitted = 0;
  for (const difference of differencesOf(before, after, pairs)) {
    if (ignore.includes(difference.area)) ignored[difference.area] = (ignored[difference.area] ?? 0) + 1;
    else if (kept.length < MAX_KEPT) kept.push(difference);
    else omitted++;
  }
  const rank = ({ area }: ArchiveDifference) => AREAS.indexOf(area);
  return {
    same: samenessOf(pairs, digests, kept),
    differences: kept.toSorted((left, right) => rank(left) - rank(right)),
    ignored,
    omitted,
  };
}

/** Two archives that cannot be compared, in one sentence. */
export class DiffError extends Error {
  override readonly name = 'DiffError';
}

interface Pair {
  readonly before: Image | undefined;
  readonly after: Image | undefined;
}

function imagesFor(archive: Archive, platform: string | undefined): readonly Image[] {
  const images = imagesOf(archive).filter(({ kind }) => kind === 'image');
  return platform === undefined
    ? images
    : images.filter((image) => platformLabel(image).startsWith(platform));
}

function whyNothing({ source }: Archive, platform: string | undefined): string {
  return platform === undefined
    ? `${source} holds no image that could be compared.`
    : `${source} holds no image for ${platform}.`;
}

/** The only image with the only one; else those of the same name and platform, then those of the same platform. */
function pairImages(a: readonly Image[], b: readonly Image[]): readonly Pair[] {
  const [first, ...more] = a;
  if (more.length === 0 && b.length === 1) return [{ before: first, after: b[0] }];
  const rest = new Set(b);
  const take = (fits: (other: Image) => boolean) => {
    const found = [...rest].find(fits);
    if (found) rest.delete(found);
    return found;
  };
  const pairs = a.map((before): Pair => {
    const samePlatform = (other: Image) => platformLabel(other) === platformLabel(before);
    const sameName = (other: Image) => other.names.some((name) => before.names.includes(name));
    const after = take((other) => samePlatform(other) && sameName(other)) ?? take(samePlatform);
    return { before, after };
  });
  return [...pairs, ...[...rest].map((after): Pair => ({ before: undefined, after }))];
}

function* differencesOf(
  before: Archive,
  after: Archive,
  pairs: readonly Pair[],
): Iterable<ArchiveDifference> {
  for (const pair of pairs) {
    if (pair.before && pair.after) yield* diffImages(pair.before, pair.after);
    else
      yield {
        area: 'image',
        what: 'image',
        ...(pair.before && { before: nameOf(pair.before) }),
        ...(pair.after && { after: nameOf(pair.after) }),
      };
  }
  const [left, right] = [attestationKinds(before), attestationKinds(after)];
  if (left.join() !== right.join())
    yield { area: 'attestations', what: 'attestations', before: [...left], after: [...right] };
}

function nameOf(image: Image): string {
  return `${image.names.join(' ') || 'without a name'} (${platformLabel(image)})`;
}

function samenessOf(
  pairs: readonly Pair[],
  [first, second]: readonly [string | undefined, string | undefined],
  differences: readonly ArchiveDifference[],
): Sameness {
  const every = (read: (image: Image) => string | undefined): boolean | undefined => {
    const values = pairs.map(({ before, after }) => [before && read(before), after && read(after)] as const);
    if (values.some(([a, b]) => a === undefined && b === undefined)) return undefined;
    return values.every(([a, b]) => a === b);
  };
  const manifest = every((image) => image.manifest?.digest);
  const config = every((image) => image.config?.digest);
  const diffIds = every((image) => image.diffIds.join());
  const inRoot: readonly Area[] = ['image', 'files', 'modes', 'owners', 'attributes'];
  return {
    ...(first !== undefined && second !== undefined && { bytes: first === second }),
    ...(manifest !== undefined && { manifest }),
    ...(config !== undefined && { config }),
    ...(diffIds !== undefined && { diffIds }),
    root: !differences.some(
      ({ area, what }) => inRoot.includes(area) || (area === 'times' && what.startsWith('/')),
    ),
  };
}
