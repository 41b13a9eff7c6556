import { linkTarget, normalisePath, parentOf } from '../../../archive/normalise-path.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { Report } from './entry-breach.ts';
import type { Pass } from './pass.ts';

const MAX_LINKS = 40;

/** Hard links lead to an earlier file of the layer; no link leads out of the root. */
export function judgeLinks({ path, seen }: Pass, entry: TarEntry, report: Report): void {
  const { type, linkname } = entry;
  if (type !== 'hardlink' && type !== 'symlink') return;
  if (type === 'symlink') {
    if (linkname === '')
      report('layer.symlink-target', entry, 'a target', 'none', 'linkname in the tar header');
    else if (escapes(path, linkname))
      report(
        'layer.symlinks-inside',
        entry,
        'a target below the root',
        linkname,
        'linkname in the tar header',
      );
    return;
  }
  const target = normalisePath(linkname);
  if (target === '..' || target.startsWith('../')) {
    report('layer.hardlinks-inside', entry, 'a path below the root', linkname, 'linkname in the tar header');
    return;
  }
  const found = seen.get(target);
  if (target === path || found === undefined || found === 'directory')
    report(
      'layer.hardlink-target',
      entry,
      `an earlier file ${target}`,
      found ?? 'none',
      'paths of the layer',
    );
}

/** A relative target that climbs above the root; absolute ones start at the root and stay there. */
function escapes(path: string, target: string): boolean {
  if (target.startsWith('/')) return false;
  let depth = parentOf(path) === '' ? 0 : parentOf(path).split('/').length;
  for (const segment of target.split('/')) {
    if (segment === '..') depth--;
    else if (segment !== '' && segment !== '.') depth++;
    if (depth < 0) return true;
  }
  return false;
}

/** Once the layer is read: symbolic links that lead to each other and nowhere else. */
export function judgeSymlinks({ symlinks }: Pass, report: Report): void {
  for (const [path, entry] of symlinks) {
    let at = path;
    for (let links = 0; links <= MAX_LINKS; links++) {
      const next = symlinks.get(at);
      if (!next) break;
      at = linkTarget(at, next.linkname);
      if (at !== path) continue;
      report(
        'layer.no-symlink-cycles',
        entry,
        'a target that exists',
        entry.linkname,
        `${links + 1} links lead back here`,
      );
      break;
    }
  }
}
