import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../../common/json.ts';

/** Folder of the sha256 blobs below the data of containerd. */
export const CONTENT = 'io.containerd.content.v1.content/blobs/sha256';
const MAX_DOCUMENT = 4 * 1024 * 1024;
const MAX_DEPTH = 4;

/** Digests of the configs that a store of containerd holds below a manifest or index. */
export async function configsBelow(folder: string, digest: string, depth = 0): Promise<readonly string[]> {
  if (depth > MAX_DEPTH) return [];
  const value = await readBlob(folder, digest);
  if (!isObject(value)) return [];
  const list = value['manifests'];
  if (Array.isArray(list)) {
    const found = await Promise.all(list.map((each) => configsBelow(folder, digestOf(each), depth + 1)));
    return found.flat();
  }
  const config = digestOf(value['config']);
  return (await readBlob(folder, config)) === undefined ? [] : [config];
}

/** Only names of the store's own form are opened: what a manifest says is data. */
async function readBlob(folder: string, digest: string): Promise<Json | undefined> {
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
  if (hex === undefined) return undefined;
  const bytes = await readFile(join(folder, hex)).catch(() => undefined);
  if (bytes === undefined || bytes.length > MAX_DOCUMENT) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8')) as Json;
  } catch {
    return undefined;
  }
}

function digestOf(descriptor: Json | undefined): string {
  const digest = isObject(descriptor) ? descriptor['digest'] : undefined;
  return typeof digest === 'string' ? digest : '';
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
