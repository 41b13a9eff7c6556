import type { Layer } from '../../../archive/model.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { EntryViolation } from './entry-violation.ts';
import { ancestorsOf } from './pass.ts';
import { createRootView, type LookupSteps } from './root-view.ts';
import { surveyLayer } from './survey.ts';

type StackViolation = EntryViolation & { readonly rule: StackRule; readonly layer: number };
export type StackRule =
  | 'layer.parents-in-lower-layers'
  | 'layer.parents-in-lower-links'
  | 'layer.folders-repeated';

/**
 * Entries and whiteouts that lie below something that a lower layer made a file, a link, or a folder with attributes of its
 * own, and that their own layer does not have. One violation for each path. Layers bottom first.
 */
export function* filesUsedAsFolders(layers: readonly Layer[], steps?: LookupSteps): Iterable<StackViolation> {
  const stack = layers.map((layer) => surveyLayer(layer).paths);
  for (const [layer, own] of stack.entries()) {
    if (layer === 0 || own.parents.size === 0) continue;
    const lower = createRootView(layers.slice(0, layer), steps);
    const judged = new Set<string>();
    for (const [folder, entry] of own.parents) {
      for (const path of [folder, ...ancestorsOf(folder)]) {
        // Those above it were judged with it.
        if (path === '' || judged.has(path)) break;
        judged.add(path);
        if (own.seen.has(path)) continue;
        const place = lower.placeAt(path);
        const isFolder = place?.type === undefined || place.type === 'directory';
        if (isFolder && !place?.isLink) {
          const attributes = attributesLost(place?.entry);
          if (attributes !== undefined)
            yield {
              rule: 'layer.folders-repeated',
              layer,
              entry: entry.path,
              offset: entry.headerOffset,
              expected: `an entry for ${path}/ (${attributes})`,
              actual: 'none',
              from: 'paths of the layer',
            };
          continue;
        }
        yield {
          rule: isFolder ? 'layer.parents-in-lower-links' : 'layer.parents-in-lower-layers',
          layer,
          entry: entry.path,
          offset: entry.headerOffset,
          expected: `a directory at ${path}`,
          actual: isFolder ? 'symlink' : place.type,
          from: 'the layers below',
        };
      }
    }
  }
}

/** What a folder is not made with by itself. */
function attributesLost(folder: TarEntry | undefined): string | undefined {
  if (folder?.type !== 'directory') return undefined;
  const mode = folder.mode & 0o7777;
  if (mode === 0o755 && folder.uid === 0 && folder.gid === 0) return undefined;
  return `mode ${mode.toString(8).padStart(4, '0')}, owner ${folder.uid}:${folder.gid}`;
}
