import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';
import { parseDigest } from './digest.ts';
import type { DescriptorUse, Image, JsonDocument, LayerReference } from './model.ts';
import { stringOf } from './oci/guards.ts';

/** Drafts of the model: complete but for what is only known after the blobs are read. */
export type Unfinished<T> = { -readonly [K in keyof T]: T[K] };
export type UnfinishedDescriptor = Unfinished<DescriptorUse>;
export type UnfinishedLayer = Unfinished<LayerReference>;

export interface UnfinishedImage extends Unfinished<Omit<Image, 'layers'>> {
  names: string[];
  layers: UnfinishedLayer[];
}

/** What a view found: images, descriptors, and the members that must be read as layers. */
export interface ViewDraft {
  readonly images: UnfinishedImage[];
  readonly descriptors: UnfinishedDescriptor[];
  /** Image indexes below `index.json`. */
  readonly indexes: readonly JsonDocument[];
}

export function describeUse(where: Locator, role: DescriptorUse['role'], value: Json): UnfinishedDescriptor {
  const digest = stringOf(value, 'digest');
  const mediaType = stringOf(value, 'mediaType');
  return {
    where,
    role,
    value,
    ...(parseDigest(digest) && digest !== undefined ? { digest } : {}),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

/** `blobs/<algorithm>/<encoded>` of OCI image-layout.md, or `undefined` without a valid digest. */
export function blobPath(digest: string | undefined): string | undefined {
  const parts = parseDigest(digest);
  return parts && `blobs/${parts.algorithm}/${parts.encoded}`;
}

/** `rootfs.diff_ids` of a config. */
export function diffIdsOf(config: JsonDocument | undefined): readonly string[] {
  const rootfs = config && typeof config.value === 'object' ? config.value : undefined;
  const list =
    rootfs && !Array.isArray(rootfs)
      ? (rootfs as { rootfs?: { diff_ids?: Json } | null }).rootfs?.diff_ids
      : undefined;
  return Array.isArray(list) && list.every((id) => typeof id === 'string') ? (list as readonly string[]) : [];
}
