import { constants } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { createDigester } from '../archive/digest.ts';
import { normalisePath } from '../archive/normalise-path.ts';
import { type Header, toEntry } from '../archive/tar/header.ts';
import { createTarScanner } from '../archive/tar/scanner.ts';
import { decodeText } from '../archive/tar/text.ts';
import type { RootFile, RootListing } from './reception.ts';

/** A root of a consumer with more files than this is not compared. */
const MAX_FILES = 20_000;
const MAX_BYTES = 256 * 1024 * 1024;

/** The files below a folder; links are not followed. Undefined when there are too many. */
export async function readFolderRoot(folder: string): Promise<RootListing | undefined> {
  try {
    return await readFiles(folder);
  } catch (error) {
    // A path that is as long as a path may be is too long below a folder of this machine: nothing is known then.
    if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

async function readFiles(folder: string): Promise<RootListing | undefined> {
  const listing = new Map<string, RootFile>();
  let bytes = 0;
  const pending: Place[] = [{ onDisk: Buffer.from(folder), path: '' }];
  for (let place = pending.pop(); place; place = pending.pop()) {
    for (const name of await readdir(place.onDisk, { encoding: 'buffer' })) {
      if (listing.size >= MAX_FILES) return undefined;
      const own = below(place, name);
      const file = await readFile(own.onDisk, MAX_BYTES - bytes);
      if (!file) continue;
      bytes += file.size ?? 0;
      listing.set(own.path, file);
      if (file.type === 'directory') pending.push(own);
    }
  }
  return listing;
}

/** Names on disk are bytes, and need not be text. */
interface Place {
  readonly onDisk: Buffer;
  readonly path: string;
}

function below({ onDisk, path }: Place, name: Buffer): Place {
  const text = decodeText(name);
  return {
    onDisk: Buffer.concat([onDisk, Buffer.from('/'), name]),
    path: path === '' ? text : `${path}/${text}`,
  };
}

/** Undefined for a name that the folder lists and that is not there, as overlayfs shows some whiteouts. */
async function readFile(path: Buffer, budget: number): Promise<RootFile | undefined> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return undefined;
  const common = { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid };
  if (found.isDirectory()) return { type: 'directory', ...common };
  if (found.isSymbolicLink())
    return { type: 'symlink', ...common, link: decodeText(await readlink(path, { encoding: 'buffer' })) };
  if (found.isCharacterDevice()) return { type: 'character-device', ...common };
  if (found.isBlockDevice()) return { type: 'block-device', ...common };
  if (found.isFIFO()) return { type: 'fifo', ...common };
  if (!found.isFile()) return { type: 'other', ...common };
  const file = {
    type: 'file',
    ...common,
    size: found.size,
    mtime: Math.floor(found.mtimeMs / 1000),
  } as const;
  return found.size > budget ? file : { ...file, digest: await digestOfFile(path) };
}

async function digestOfFile(path: Buffer): Promise<string> {
  const digester = createDigester('sha256');
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for await (const chunk of handle.createReadStream({ autoClose: false })) digester.update(chunk);
  } finally {
    await handle.close();
  }
  return digester.digest();
}

/** The files of a tar that an engine exports, as it arrives. */
export function createTarRootReader(): {
  push(chunk: Uint8Array): void;
  end(): RootListing;
} {
  const listing = new Map<string, RootFile>();
  const links: { readonly path: string; readonly target: string }[] = [];
  let current: { readonly path: string; readonly file: RootFile } | undefined;
  let digester: ReturnType<typeof createDigester> | undefined;
  const scanner = createTarScanner({
    entry(header: Header) {
      current = undefined;
      digester = undefined;
      const entry = toEntry(header);
      const path = normalisePath(entry.path);
      if (path === '' || listing.size >= MAX_FILES) return;
      if (entry.type === 'hardlink') links.push({ path, target: normalisePath(entry.linkname) });
      const common = { mode: entry.mode & 0o7777, uid: entry.uid, gid: entry.gid };
      if (entry.type === 'symlink') listing.set(path, { type: 'symlink', ...common, link: entry.linkname });
      else if (entry.type === 'file') {
        current = {
          path,
          file: { type: 'file', ...common, size: entry.size, mtime: Math.floor(entry.mtime) },
        };
        digester = createDigester('sha256');
        listing.set(path, current.file);
        if (entry.size === 0) finish();
      } else if (entry.type === 'directory' || entry.type === 'fifo')
        listing.set(path, { type: entry.type, ...common });
      else if (entry.type === 'character-device' || entry.type === 'block-device')
        listing.set(path, { type: entry.type, ...common });
    },
    content: (chunk) => digester?.update(chunk),
    contentEnd: finish,
    problem() {},
  });
  function finish(): void {
    if (current && digester) listing.set(current.path, { ...current.file, digest: digester.digest() });
    digester = undefined;
  }
  return {
    push: (chunk) => scanner.push(chunk),
    end() {
      scanner.end();
      for (const { path, target } of links) {
        const file = listing.get(target);
        if (file) listing.set(path, file);
      }
      return listing;
    },
  };
}
