import type { TarEntry } from '../../../archive/tar/entry.ts';
import { hasControl } from '../names.ts';
import type { ReportEntry } from './entry-violation.ts';
import { ancestorsOf, type Pass } from './pass.ts';

/** Where an entry lies: safe, unique, and below folders. */
export function judgePath(pass: Pass, entry: TarEntry, report: ReportEntry): void {
  const { path, seen } = pass;
  judgeName(pass, entry, report);
  if (path !== '' && seen.has(path)) {
    report(
      'layer.no-duplicates',
      entry,
      'one entry for this path',
      'another',
      'paths of the layer, normalised',
    );
  }
  if (path === '' && entry.type === 'directory')
    report('layer.no-root-entry', entry, 'no entry for the root', entry.path, 'tar header');
  if (entry.type === 'directory' && pass.implied.has(path)) {
    report(
      'layer.parents-precede',
      entry,
      'before its first child',
      pass.implied.get(path)?.path ?? '',
      'an earlier entry',
    );
    pass.implied.delete(path);
  }
  if (entry.type !== 'directory' && pass.implied.has(path)) {
    const below = pass.implied.get(path) ?? entry;
    report(
      'layer.parents-stay',
      below,
      `a directory at ${path}`,
      entry.type,
      `a later entry ${path} of the same layer`,
    );
    pass.implied.delete(path);
  }
  if (!pass.isNewParent) return;
  judgeFolders(pass, entry, report);
  noteImplied(pass, entry);
}

/** Also for whiteouts: their names are paths too. */
export function judgeName({ path }: Pass, entry: TarEntry, report: ReportEntry): void {
  const { path: written } = entry;
  if (path === '..' || path.startsWith('../') || written.includes('\0'))
    report('layer.safe-names', entry, 'a path below the root', written, 'tar header');
  else if (written.startsWith('/') || hasDots(written))
    report('layer.plain-names', entry, 'a relative path without ".."', written, 'tar header');
  if (path === '' && entry.type !== 'directory')
    report('layer.named-entries', entry, 'a name', written, `tar header of a ${entry.type}`);
  if (hasControl(written))
    report('layer.printable-names', entry, 'no control characters', written, 'tar header');
}

function hasDots(path: string): boolean {
  return path.includes('..') && path.split('/').includes('..');
}

/** Folders above an entry or whiteout that the same layer made something else before. */
export function judgeFolders(
  { parent, seen, nearestFile }: Pass,
  entry: TarEntry,
  report: ReportEntry,
): void {
  // The folder itself may have become something else since it was looked at first.
  const isFile = (seen.get(parent) ?? 'directory') !== 'directory';
  const folder = isFile ? parent : nearestFile(parent);
  if (folder === undefined || folder === '') return;
  report(
    'layer.parents-are-directories',
    entry,
    `a directory at ${folder}`,
    seen.get(folder) ?? 'directory',
    `the entry ${folder} of the same layer`,
  );
}

function noteImplied({ path, seen, implied }: Pass, entry: TarEntry): void {
  for (const folder of ancestorsOf(path)) {
    // Those above a folder that is known were noted with it.
    if (implied.has(folder) || seen.has(folder)) break;
    implied.set(folder, entry);
  }
}

/** Once the layer is read: folders that never got an entry. */
export function judgeUnseenParents({ implied }: Pass, report: ReportEntry): void {
  for (const [folder, entry] of implied)
    report('layer.parents-present', entry, `an entry for ${folder}/`, 'none', 'paths of the layer');
}
