import type { EntryList } from '../archive/model.ts';
import { normalisePath, parentOf } from '../archive/normalise-path.ts';
import type { Rootfs } from '../archive/rootfs.ts';
import type { TarEntry } from '../archive/tar/entry.ts';
import type { ArchiveImageReport } from './report-model.ts';

type LayerEffect = ArchiveImageReport['layers'][number]['entries'][number]['effect'];

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/**
 * Tells what the entries of each layer do to the layers below, bottom first: `hides` for a whiteout, `replaces` where
 * the path was there, `repeats` for a path that the same layer had before, `adds` otherwise.
 */
export function createLayerEffects(): (entries: readonly TarEntry[]) => readonly LayerEffect[] {
  const visible = new Set<string>();
  /** Paths by folder, so that hiding a folder touches only what is in it. */
  const children = new Map<string, Set<string>>();

  const remove = (path: string) => {
    const pending = [path];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      visible.delete(next);
      pending.push(...(children.get(next) ?? []));
      children.delete(next);
    }
    children.get(parentOf(path))?.delete(path);
  };
  const add = (path: string) => {
    visible.add(path);
    const folder = parentOf(path);
    if (path !== '') children.set(folder, (children.get(folder) ?? new Set()).add(path));
  };

  return (entries) => {
    const paths = entries.map(({ path }) => normalisePath(path));
    const below = new Set(paths.filter((path) => visible.has(path)));
    // Whiteouts hide only what lies below their own layer, so they come first.
    for (const path of paths) {
      const { folder, name } = split(path);
      if (name === OPAQUE) for (const child of [...(children.get(folder) ?? [])]) remove(child);
      else if (name.startsWith(WHITEOUT))
        remove([folder, name.slice(WHITEOUT.length)].filter(Boolean).join('/'));
    }
    const here = new Set<string>();
    return paths.map((path) => {
      if (split(path).name.startsWith(WHITEOUT)) return 'hides';
      const effect = here.has(path) ? 'repeats' : below.has(path) ? 'replaces' : 'adds';
      here.add(path);
      add(path);
      return effect;
    });
  };
}

function split(path: string): { readonly folder: string; readonly name: string } {
  return { folder: parentOf(path), name: path.slice(path.lastIndexOf('/') + 1) };
}

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
