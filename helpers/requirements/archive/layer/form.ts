import type { TarEntry } from '../../../archive/tar/entry.ts';
import { hasContent } from '../../../archive/tar/header.ts';
import type { ReportEntry } from './entry-violation.ts';
import { foreignAttribute, refusedAttribute } from './foreign-attributes.ts';

/** IDs that a default user namespace maps: 65536 of them. */
export const MAX_PORTABLE_ID = 65535;
/** The highest one means no change to chown(2). */
const MAX_ID = 2 ** 32 - 2;
/** Engines set none before 1970, and ext4 holds none after 2446-05-10. */
export const TIME_RANGE = { first: 0, last: 15_032_385_535 } as const;
/** NAME_MAX of Linux. */
export const MAX_NAME_BYTES = 255;
/** PATH_MAX of Linux without the final NUL; of a path, a loader takes some for the folder that it unpacks to. */
const MAX_TARGET_BYTES = 4095;
export const MAX_PATH_BYTES: number = MAX_TARGET_BYTES - 256;

/** Those by which overlayfs hides or moves what lies below. */
const OVERLAY_MARK = /^SCHILY\.xattr\.trusted\.overlay\.(?:opaque|whiteout|redirect|metacopy)$/;
const OVERLAY_ATTRIBUTE = /^SCHILY\.xattr\.(?:trusted|user)\.overlay\./;

/** How an entry is written: type, names, times. */
export function judgeForm(entry: TarEntry, report: ReportEntry): void {
  const { type, typeflag, size, mtime, uname, gname, pax } = entry;
  if (size !== 0 && !hasContent(type)) report('layer.link-size', entry, 0, size, 'size in the tar header');
  if (type === 'sparse' && typeflag !== 'S')
    report('layer.no-sparse', entry, 'a plain file', `sparse, typeflag ${typeflag}`, 'tar header');
  else if (type === 'unknown' || type === 'contiguous' || type === 'sparse')
    report('layer.known-types', entry, 'one of the typeflags 0 to 6', typeflag, 'typeflag in the tar header');
  else if (type === 'character-device' || type === 'block-device') judgeDevice(entry, report);
  if (uname !== '' || gname !== '')
    report(
      'layer.no-owner-names',
      entry,
      'empty names',
      `${uname}:${gname}`,
      'uname and gname in the tar header',
    );
  if (!Number.isInteger(mtime))
    report('layer.whole-seconds', entry, Math.trunc(mtime), mtime, 'mtime in the pax header');
  judgePortability(entry, report);
  for (const key of Object.keys(pax))
    if (OVERLAY_MARK.test(key)) report('layer.no-overlay-traces', entry, 'none', key, 'pax record');
    else if (OVERLAY_ATTRIBUTE.test(key))
      report('layer.no-overlay-attributes', entry, 'none', key, 'pax record');
}

function judgePortability(entry: TarEntry, report: ReportEntry): void {
  const { path, uid, gid, mtime, pax } = entry;
  if (uid > MAX_ID || gid > MAX_ID)
    report('layer.linux-owners', entry, `at most ${MAX_ID}`, `${uid}:${gid}`, 'tar header');
  else if (uid > MAX_PORTABLE_ID || gid > MAX_PORTABLE_ID)
    report('layer.portable-owners', entry, `at most ${MAX_PORTABLE_ID}`, `${uid}:${gid}`, 'tar header');
  if (mtime < TIME_RANGE.first || mtime > TIME_RANGE.last)
    report('layer.portable-times', entry, '1970 to 2446', mtime, 'mtime in seconds since 1970');
  const longest = longestName(path);
  const [length, target] = [Buffer.byteLength(path), Buffer.byteLength(entry.linkname)];
  if (longest > MAX_NAME_BYTES || length > MAX_PATH_BYTES || target > MAX_TARGET_BYTES)
    report(
      'layer.portable-lengths',
      entry,
      `names of ${MAX_NAME_BYTES} bytes, paths of ${MAX_PATH_BYTES} and link targets of ${MAX_TARGET_BYTES}`,
      `${longest}, ${length} and ${target}`,
      'tar header',
    );
  const refused = refusedAttribute(entry);
  if (refused !== undefined)
    report('layer.settable-attributes', entry, 'a value that Linux takes', refused, 'pax record');
  const foreign = foreignAttribute(path, pax);
  if (foreign !== undefined) report('layer.no-foreign-attributes', entry, 'none', foreign, 'tar header');
}

/** Bytes of the longest part between slashes. */
function longestName(path: string): number {
  if (path.length * 3 <= MAX_NAME_BYTES) return 0;
  return Math.max(...path.split('/').map((name) => Buffer.byteLength(name)));
}

function judgeDevice(entry: TarEntry, report: ReportEntry): void {
  const { type, devmajor, devminor } = entry;
  if (type === 'character-device' && devmajor === 0 && devminor === 0)
    report('layer.no-overlay-traces', entry, 'a file named .wh.*', 'character device 0:0', 'tar header');
  else report('layer.no-devices', entry, 'no device node', `${type} ${devmajor}:${devminor}`, 'tar header');
}
