import type { Archive, Image, Layer } from '../archive/model.ts';
import { flatten } from '../archive/rootfs.ts';
import { plainEntry } from '../archive/tar/entry-list.ts';
import { normaliseName } from '../common/image-name.ts';
import type { Json } from '../common/json.ts';
import type { RootFile, RootListing } from './reception.ts';

/** One image as one view of the archive states it. */
export interface StatedImage {
  readonly view: Image['view'];
  /** Digests that a consumer may know it by: config, manifest, indexes above. */
  readonly ids: readonly string[];
  readonly config: string | undefined;
  /** Absent where the config is no JSON or beyond the budget of the reader. */
  readonly diffIds?: readonly string[];
  readonly names: readonly string[];
  readonly platform: string | undefined;
  /** The flattened layers; undefined where one of them is missing or unreadable. */
  readonly root: () => RootListing | undefined;
}

/** Every image of an archive, once for each view. Attestations and artifacts are no images. */
export function statedImages(archive: Archive): readonly StatedImage[] {
  return (
    [...archive.dockerImages, ...archive.ociImages]
      // Engines write the config of a v1 image anew: nothing of it can be found again.
      .filter(({ kind, view }) => kind === 'image' && view !== 'repositories')
      .map((image) => ({
        view: image.view,
        ids: idsOf(image),
        config: image.config?.digest,
        ...(image.config?.value === undefined ? {} : { diffIds: image.diffIds }),
        names: image.names.filter((name) => /[:/]/.test(name)).map(normaliseName),
        platform: statedPlatform(image.config?.value),
        root: () => rootOf(image),
      }))
  );
}

function idsOf({ config, manifest, path }: Image): readonly string[] {
  return [config?.digest, manifest?.digest, ...path].filter((id) => id !== undefined);
}

export function statedPlatform(config: Json | undefined): string | undefined {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return undefined;
  const { os, architecture } = config as { readonly [key: string]: Json };
  return typeof os === 'string' && typeof architecture === 'string' ? `${os}/${architecture}` : undefined;
}

function rootOf({ layers }: Image): RootListing | undefined {
  const present = layers.map(({ layer }) => layer).filter((layer) => layer !== undefined);
  // A layer that cannot be decompressed to its end has no content to compare.
  if (present.length !== layers.length || present.some(({ diffId }) => diffId === '')) return undefined;
  const { files, skipped } = flatten(present);
  if (skipped.length > 0) return undefined;
  const digests = present.map(digestsOf);
  const listing = new Map<string, RootFile>();
  for (const [path, { entry, layer, target }] of files) {
    const { mode, uid, gid, mtime } = entry;
    const file = rootFile(target ? { ...plainEntry(target), mode, uid, gid, mtime } : entry, digests[layer]);
    if (file) listing.set(path, file);
  }
  return listing;
}

type Entry = ReturnType<Layer['entries']['at']> & {};

function rootFile(entry: Entry, digests: ReadonlyMap<number, string> | undefined): RootFile | undefined {
  const common = { mode: entry.mode & 0o7777, uid: entry.uid, gid: entry.gid };
  switch (entry.type) {
    case 'directory':
    case 'character-device':
    case 'block-device':
    case 'fifo':
      return { type: entry.type, ...common };
    case 'symlink':
      return { type: 'symlink', ...common, link: entry.linkname };
    case 'file':
    case 'contiguous': {
      const digest = digests?.get(entry.headerOffset);
      return {
        type: 'file',
        ...common,
        size: entry.size,
        mtime: Math.floor(entry.mtime),
        ...(digest === undefined ? {} : { digest }),
      };
    }
    case 'sparse':
      // What is stored is not what the file holds.
      return { type: 'file', ...common };
    default:
      return undefined;
  }
}

/** Digests of contents by where the entry stands in the layer. */
function digestsOf({ contents, entries }: Layer): ReadonlyMap<number, string> {
  return new Map(
    [...contents].map(([position, { digest }]) => [entries.at(position)?.headerOffset ?? -1, digest]),
  );
}
