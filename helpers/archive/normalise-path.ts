/**
 * The path as the archive root sees it: no leading `/` or `./`, no empty or `.` segments, no trailing `/`.
 * `..` is resolved, and stays at the front when it leaves the root, so that an escape remains visible.
 */
export function normalisePath(path: string): string {
  if (isNormal(path)) return path;
  const result: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    const previous = result.at(-1);
    if (segment === '..' && previous !== undefined && previous !== '..') result.pop();
    else result.push(segment);
  }
  return result.join('/');
}

/** True for most paths, and cheaper than splitting. */
function isNormal(path: string): boolean {
  return !/^\.{0,2}(?:\/|$)|\/(?:\.{0,2}(?:\/|$))/.test(path);
}

/** The folder part of a normalised path; `''` at the root. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** Where a link at `path` with this target leads, from the root; absolute targets count from the root too. */
export function linkTarget(path: string, target: string): string {
  return normalisePath(target.startsWith('/') ? target : `${parentOf(path)}/${target}`.replace(/^\//, ''));
}
