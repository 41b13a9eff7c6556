import { MAX_LINKS } from '../../../archive/limits.ts';
import { linkTarget, normalisePath, parentOf } from '../../../archive/normalise-path.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { ReportEntry } from './entry-violation.ts';
import type { Pass } from './pass.ts';

/** Hard links lead to an earlier file of the layer; no link leads out of the root. */
export function judgeLinks(pass: Pass, entry: TarEntry, report: ReportEntry): void {
  const { path, seen } = pass;
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
  else joinFile(pass, entry, target, report);
}

/** One more name of a file: engines give the file what this name states. */
function joinFile(
  { path, links, entryAt }: Pass,
  entry: TarEntry,
  target: string,
  report: ReportEntry,
): void {
  const file = links.files.get(target) ?? target;
  const before = links.last.get(file) ?? entryAt(file);
  links.files.set(path, file);
  links.last.set(file, entry);
  // Of a symbolic link, the mode means nothing.
  if (before && entryAt(file)?.type !== 'symlink' && attributesOf(before) !== attributesOf(entry))
    report('layer.hardlink-attributes', entry, attributesOf(before), attributesOf(entry), 'tar header');
}

function attributesOf({ mode, uid, gid }: TarEntry): string {
  return `mode ${(mode & 0o7777).toString(8).padStart(4, '0')}, owner ${uid}:${gid}`;
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

/**
 * Once the layer is read: symbolic links that lead to each other and nowhere else. Each link is followed once, however
 * many lead to it.
 */
export function judgeSymlinks({ symlinks }: Pass, report: ReportEntry): void {
  const walked = new Set<string>();
  for (const start of symlinks.keys()) {
    const chain = new Map<string, TarEntry>();
    let at = start;
    for (let next = symlinks.get(at); next && !walked.has(at); next = symlinks.get(at)) {
      walked.add(at);
      chain.set(at, next);
      at = linkTarget(at, next.linkname);
    }
    // A circle closes in the chain itself; what was walked before has been reported.
    if (!chain.has(at)) continue;
    const names = [...chain.keys()];
    const circle = names.slice(names.indexOf(at));
    for (const path of circle) {
      const entry = chain.get(path);
      if (entry && circle.length <= MAX_LINKS + 1)
        report(
          'layer.no-symlink-cycles',
          entry,
          'a target that exists',
          entry.linkname,
          `${circle.length} links lead back here`,
        );
    }
  }
}
