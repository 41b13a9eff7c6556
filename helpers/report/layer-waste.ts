import type { EntryList } from '../archive/model.ts';
import { normalisePath } from '../archive/normalise-path.ts';
import type { Rootfs } from '../archive/rootfs.ts';

/** Bytes of each layer that nobody sees, because a later layer replaces or removes the file; bottom first. */
export function wastedByLayer(
  layers: readonly { readonly entries: EntryList }[],
  root: Rootfs,
): readonly number[] {
  const seen = new Set<string>();
  for (const { entry, layer } of root.files.values()) {
    seen.add(`${layer} ${normalisePath(entry.path)}`);
    if (entry.type === 'hardlink') seen.add(`${layer} ${normalisePath(entry.linkname)}`);
  }
  return layers.map(({ entries }, layer) => {
    let wasted = 0;
    for (const { path, size } of entries)
      if (size > 0 && !seen.has(`${layer} ${normalisePath(path)}`)) wasted += size;
    return wasted;
  });
}
