import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { digestOf } from '../../archive/digest.ts';
import type { DocumentKind, Draft, ImageDraft, LayerDraft, MutableJson, MutableObject } from './draft.ts';
import { OCI } from './media.ts';
import { type TarItem, writeTar } from './tar-writer.ts';

/** A layer, written: the bytes that are stored and what follows from them. */
export interface WrittenLayer {
  readonly diffId: string;
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly mediaType: string;
}

export interface WrittenImage {
  readonly tags: readonly string[];
  readonly layers: readonly WrittenLayer[];
  readonly config: MutableObject;
  readonly configText: string;
  readonly configDigest: string;
}

/** How a form stores layers. */
type Storage = 'none' | 'gzip';

export function gzip(tar: Uint8Array): Uint8Array {
  return gzipSync(tar, { level: 6 });
}

function writeLayer(draft: LayerDraft, storage: Storage): WrittenLayer {
  const plain = writeTar(draft.entries, draft.ending);
  const tar = draft.editTar?.(plain) ?? plain;
  const bytes = draft.store ? draft.store(tar) : storage === 'gzip' ? gzip(tar) : tar;
  const mediaType = draft.mediaType ?? (storage === 'gzip' ? OCI.gzipLayer : OCI.layer);
  return { diffId: digestOf(tar), bytes, digest: digestOf(bytes), mediaType };
}

export function writeImage(
  draft: Draft,
  image: ImageDraft,
  position: number,
  storage: Storage,
): WrittenImage {
  const layers = image.layers.map((layer) => writeLayer(layer, storage));
  const config = structuredClone(image.config);
  const rootfs = config['rootfs'];
  if (isMutableObject(rootfs)) rootfs['diff_ids'] = layers.map(({ diffId }) => diffId);
  draft.edit.config?.(config, position);
  const configText = serialise(draft, 'config', config);
  return { tags: image.tags, layers, config, configText, configDigest: digestOf(configText) };
}

export function isMutableObject(value: MutableJson | undefined): value is MutableObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function serialise(draft: Draft, kind: DocumentKind, value: MutableJson): string {
  const text = JSON.stringify(value);
  return draft.text[kind]?.(text) ?? text;
}

export function descriptor(mediaType: string, content: string | Uint8Array): MutableObject {
  return { mediaType, digest: digestOf(content), size: Buffer.byteLength(content) };
}

export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The OCI manifest of an image. */
export function writeManifest(draft: Draft, image: WrittenImage, position: number): string {
  const manifest: MutableObject = {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: descriptor(OCI.config, image.configText),
    layers: image.layers.map(({ mediaType, bytes }) => descriptor(mediaType, bytes)),
  };
  draft.edit.manifest?.(manifest, position);
  return serialise(draft, 'manifest', manifest);
}

/** Members sorted by name, each name once: equal blobs are stored once. */
export function sortedMembers(items: readonly TarItem[]): TarItem[] {
  const byName = new Map(items.map((item) => [item.path, item]));
  return [...byName.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The finished archive, after the draft's last changes. */
export function writeArchive(draft: Draft, members: readonly TarItem[]): Uint8Array {
  const items = draft.members?.([...members]) ?? members;
  const bytes = writeTar(items, draft.ending);
  return draft.bytes?.(bytes) ?? bytes;
}
