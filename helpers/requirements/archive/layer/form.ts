import type { TarEntry } from '../../../archive/tar/entry.ts';
import { hasContent } from '../../../archive/tar/header.ts';
import type { Report } from './entry-breach.ts';

/** How an entry is written: type, names, times. */
export function judgeForm(entry: TarEntry, report: Report): void {
  const { type, typeflag, size, mtime, uname, gname, pax } = entry;
  if (size !== 0 && !hasContent(type)) report('layer.link-size', entry, 0, size, 'size in the tar header');
  if (type === 'sparse')
    report('layer.no-sparse', entry, 'a plain file', `sparse, typeflag ${typeflag}`, 'tar header');
  else if (type === 'unknown' || type === 'contiguous')
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
  for (const key of Object.keys(pax))
    if (key.startsWith('SCHILY.xattr.trusted.overlay.'))
      report('layer.no-overlay-traces', entry, 'none', key, 'pax record');
}

function judgeDevice(entry: TarEntry, report: Report): void {
  const { type, devmajor, devminor } = entry;
  if (type === 'character-device' && devmajor === 0 && devminor === 0)
    report('layer.no-overlay-traces', entry, 'a file named .wh.*', 'character device 0:0', 'tar header');
  else report('layer.no-devices', entry, 'no device node', `${type} ${devmajor}:${devminor}`, 'tar header');
}
