import type { Layer } from '../../../archive/model.ts';
import { linkTarget } from '../../../archive/normalise-path.ts';
import type { EntryType } from '../../../archive/tar/entry.ts';
import type { EntryBreach } from './entry-breach.ts';
import { ancestorsOf, type LayerPaths } from './pass.ts';
import { surveyLayer } from './survey.ts';

const MAX_LINKS = 40;

/**
 * Entries and whiteouts that lie below something that a lower layer made a file, and that their own layer does not
 * replace. One breach a path; a symbolic link is followed, for engines do. Layers bottom first.
 */
export function* filesUsedAsFolders(layers: readonly Layer[]): Iterable<EntryBreach & { layer: number }> {
  const stack = layers.map((layer) => surveyLayer(layer).paths);
  for (const [layer, own] of stack.entries()) {
    if (layer === 0) continue;
    const lower = stack.slice(0, layer);
    const judged = new Set<string>();
    for (const [folder, entry] of own.parents) {
      for (const path of [folder, ...ancestorsOf(folder)]) {
        if (path === '' || judged.has(path)) continue;
        judged.add(path);
        if (own.seen.has(path)) continue;
        const found = typeAt(lower, path);
        if (found === undefined || found === 'directory') continue;
        yield {
          layer,
          entry: entry.path,
          offset: entry.headerOffset,
          expected: `a directory at ${path}`,
          actual: found,
          from: 'the layers below',
        };
      }
    }
  }
}

/** What the layers leave at a path, symbolic links followed; `undefined` where nothing is. */
function typeAt(layers: readonly LayerPaths[], path: string): EntryType | undefined {
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const found = entryAt(layers, at);
    if (found?.type !== 'symlink') return found?.type;
    const link = found.layer.symlinks.get(at);
    if (!link) return undefined;
    at = linkTarget(at, link.linkname);
    if (at === '') return 'directory';
  }
  return undefined;
}

/** The highest layer that says something of a path decides. */
function entryAt(
  layers: readonly LayerPaths[],
  path: string,
): { readonly type: EntryType; readonly layer: LayerPaths } | undefined {
  for (let position = layers.length - 1; position >= 0; position--) {
    const layer = layers[position];
    if (!layer) continue;
    const type = layer.seen.get(path) ?? (layer.implied.has(path) ? 'directory' : undefined);
    if (type !== undefined) return { type, layer };
    if (isRemoved(layer, path)) return undefined;
  }
  return undefined;
}

function isRemoved({ removed, opaque, seen }: LayerPaths, path: string): boolean {
  if (removed.has(path)) return true;
  for (const folder of ancestorsOf(path)) {
    if (removed.has(folder) || opaque.has(folder)) return true;
    const type = seen.get(folder);
    if (type !== undefined && type !== 'directory') return true;
  }
  return opaque.has('');
}
