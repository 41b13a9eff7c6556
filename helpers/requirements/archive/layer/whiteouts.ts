import { parentOf } from '../../../archive/normalise-path.ts';
import type { EntryType, TarEntry } from '../../../archive/tar/entry.ts';
import type { ReportEntry } from './entry-violation.ts';
import { createNearest, type Pass } from './pass.ts';
import { judgeFolders, judgeName } from './paths.ts';

const OPAQUE = '.wh..wh..opq';
/** Names that AUFS keeps for itself; Docker has always skipped them. */
const AUFS = /^\.wh\.\.wh\.(?:aufs|plnk|orph|\.opq)$/;

/** Files named `.wh.*`: they remove what lies below, and are nothing themselves. */
export function judgeWhiteout(pass: Pass, entry: TarEntry, report: ReportEntry): void {
  const { name, parent, populated, removed, opaque } = pass;
  judgeName(pass, entry, report);
  judgeFolders(pass, entry, report);
  const target = name.slice(4);
  const isMarker = AUFS.test(name);
  if (!isMarker && target.startsWith('.wh.'))
    report('layer.no-aufs-names', entry, '.wh. and the name of a sibling', name, 'tar header');
  else if (!isMarker && (target === '' || target === '.' || target === '..'))
    report(
      'layer.whiteout-name',
      entry,
      '.wh. and the name of a sibling, or .wh..wh..opq',
      name,
      'tar header',
    );
  if (!isMarker || name === OPAQUE) {
    if (entry.type !== 'file' || entry.size !== 0)
      report(
        'layer.whiteout-empty',
        entry,
        'an empty file',
        `${entry.type} of ${entry.size} bytes`,
        'tar header',
      );
    if (entry.mtime !== 0) report('layer.whiteout-mtime', entry, 0, entry.mtime, 'mtime in the tar header');
    if (populated.has(parent))
      report('layer.whiteouts-first', entry, 'before its siblings', 'after one', 'order of the entries');
  }
  if (name === OPAQUE && parent !== '')
    report('layer.explicit-whiteouts', entry, 'one whiteout for each removed name', OPAQUE, 'tar header');
  if (name === OPAQUE && parent === '')
    report('layer.no-opaque-root', entry, 'a whiteout for each name', name, 'tar header');
  if (name === OPAQUE) opaque.set(parent, entry);
  if (isMarker || target === '') return;
  const path = parent === '' ? target : `${parent}/${target}`;
  if (removed.has(path))
    report(
      'layer.no-duplicates',
      entry,
      'one entry for this path',
      'another',
      'paths of the layer, normalised',
    );
  removed.set(path, entry);
  if (pass.seen.has(path) || pass.implied.has(path)) pass.removedLate.add(path);
}

/** A file that is written anew behind its whiteout stays. */
function isNeedless(type: EntryType | undefined): boolean {
  return type !== undefined && type !== 'directory';
}

/** Once the layer is read: names that the layer both removes and has. */
export function judgeWhiteoutTargets(
  { removed, removedLate, seen, implied }: Pass,
  report: ReportEntry,
): void {
  for (const [path, entry] of removed) {
    const type = seen.get(path);
    if (type !== undefined || implied.has(path))
      report(
        isNeedless(type) && !removedLate.has(path) ? 'layer.whiteout-needed' : 'layer.whiteout-sibling',
        entry,
        `no entry ${path} in the same layer`,
        type ?? 'directory',
        'paths of the layer',
      );
  }
}

/** Once the layer is read: whiteouts that lie in a folder that the layer removes. Where an entry is there too, that says it. */
export function judgeWhiteoutFolders({ removed, opaque, seen, implied }: Pass, report: ReportEntry): void {
  const nearestGone = createNearest(
    (folder) => removed.has(folder) && !seen.has(folder) && !implied.has(folder),
  );
  const judge = (start: string, entry: TarEntry) => {
    const folder = nearestGone(start);
    if (folder === undefined) return;
    report(
      'layer.whiteout-folders',
      entry,
      `a folder ${folder}`,
      'removed',
      `${removed.get(folder)?.path} of the same layer`,
    );
  };
  for (const [path, entry] of removed) judge(parentOf(path), entry);
  for (const [folder, entry] of opaque) judge(folder, entry);
}
