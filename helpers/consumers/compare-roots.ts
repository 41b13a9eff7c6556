import type { RootFile, RootListing } from './reception.ts';

/** More differences than this are counted, not named. */
const MAX_NAMED = 4;

/** How the root that a consumer made differs from the flattened layers, in a few words for each path. */
export function compareRoots(
  expected: RootListing,
  actual: RootListing,
  added: readonly string[] = [],
): readonly string[] {
  const differences: string[] = [];
  const folders = new Set([...expected.keys()].flatMap(parentsOf));
  for (const [path, file] of expected) {
    const found = actual.get(path);
    if (!found) differences.push(`${path} is absent`);
    else if (!added.includes(path)) {
      const difference = differenceOf(file, found);
      if (difference !== undefined) differences.push(`${path}: ${difference}`);
    }
  }
  for (const path of actual.keys())
    if (!expected.has(path) && !folders.has(path) && !added.includes(path))
      differences.push(`${path} is there`);
  const rest = differences.length - MAX_NAMED;
  return rest > 0 ? [...differences.slice(0, MAX_NAMED), `and ${rest} more`] : differences;
}

/** Every folder above a path, the outermost first. */
export function parentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function differenceOf(expected: RootFile, actual: RootFile): string | undefined {
  if (expected.type !== actual.type) return `${actual.type} instead of ${expected.type}`;
  if (expected.link !== actual.link) return `leads to ${actual.link} instead of ${expected.link}`;
  // The mode of a link means nothing on Linux.
  if (expected.type !== 'symlink' && expected.mode !== actual.mode)
    return `mode ${octal(actual.mode)} instead of ${octal(expected.mode)}`;
  if (expected.uid !== actual.uid || expected.gid !== actual.gid)
    return `owner ${actual.uid}:${actual.gid} instead of ${expected.uid}:${expected.gid}`;
  if (expected.type !== 'file') return undefined;
  if (expected.size !== undefined && expected.size !== actual.size)
    return `${actual.size} bytes instead of ${expected.size}`;
  if (expected.digest !== undefined && actual.digest !== undefined && expected.digest !== actual.digest)
    return 'other content';
  if (expected.mtime !== undefined && expected.mtime !== actual.mtime)
    return `time ${actual.mtime} instead of ${expected.mtime}`;
  return undefined;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
