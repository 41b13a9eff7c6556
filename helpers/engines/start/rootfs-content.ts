import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { showName } from '../../common/escape.ts';

/**
 * What a cached root file system must hold: `content` in it, written when it was made, has the SHA-256 of every file and
 * the target of every symbolic link, and ends with the SHA-256 of itself. This guards against disks, interrupted copies
 * and whatever wrote through a mount, not against somebody who may write to the cache: that one could make all anew.
 */
const CONTENT = 'content';

/** A change of a file within this time of being read may carry the same time, so such a file is read again. */
const RECENT_NS = 2_000_000_000n;

/** Two of the kernel's own marks that no program can set back: any change of a file or its name gives another one. */
type Stamps = ReadonlyMap<string, string>;

/** What is wrong with a cached root file system in a few words; undefined when it is whole. */
export async function damageOf(root: string): Promise<string | undefined> {
  const text = await readFile(join(root, CONTENT)).catch(() => undefined);
  if (text === undefined) return 'incomplete';
  const expected = readContent(text);
  if (expected === undefined) return 'its list of files was changed';
  const known = await readStamps(root, text);
  const fresh = new Map<string, string>();
  const found = new Set<string>();
  let read = 0;
  for (const path of listFiles(root)) {
    const wanted = expected.get(path);
    if (wanted === undefined) return `${showName(path)} does not belong to it`;
    found.add(path);
    const stamp = stampOf(join(root, path));
    if (known.get(path) === stamp.text) fresh.set(path, stamp.text);
    else {
      read += 1;
      if ((await contentOf(join(root, path))) !== wanted) return `${showName(path)} has other content`;
      if (stamp.isOld) fresh.set(path, stamp.text);
    }
  }
  const missing = [...expected.keys()].find((path) => !found.has(path));
  if (missing !== undefined) return `${showName(missing)} is missing`;
  if (read > 0) await writeStamps(root, text, fresh);
  return undefined;
}

/** By path: the digest of a file, or `-> TARGET`. Undefined when the list does not end with its own digest. */
function readContent(text: Buffer): ReadonlyMap<string, string> | undefined {
  const end = text.lastIndexOf('\0end ');
  const listed = text.subarray(0, end + 1);
  if (end < 0 || text.toString('latin1', end + 1) !== `end ${digest(listed)}\0`) return undefined;
  const words = listed.toString('utf8').split('\0').slice(0, -1);
  const content = new Map<string, string>();
  for (let position = 0; position < words.length; position += 1) {
    const word = words[position] ?? '';
    if (word.startsWith('link ')) {
      position += 1;
      content.set(word.slice('link ./'.length), `-> ${words[position]}`);
    } else content.set(word.slice(64 + '  ./'.length), word.slice(0, 64));
  }
  return content;
}

/** Everything that is not a folder, without the list itself. */
function* listFiles(root: string, folder = ''): Iterable<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* listFiles(root, path);
    else if (path !== CONTENT) yield path;
  }
}

function stampOf(path: string) {
  const { ino, ctimeNs, size, mode } = lstatSync(path, { bigint: true });
  const isOld = BigInt(Date.now()) * 1_000_000n - ctimeNs > RECENT_NS;
  return { text: [ino, ctimeNs, size, mode].join(' '), isOld };
}

async function contentOf(path: string): Promise<string> {
  const stat = lstatSync(path);
  if (stat.isSymbolicLink()) return `-> ${readlinkSync(path)}`;
  if (!stat.isFile()) return 'no file';
  const hash = createHash('sha256');
  const file = await open(path);
  try {
    await readInto(hash, file);
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

const CHUNK_BYTES = 256 * 1024;

async function readInto(hash: Hash, file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return;
    hash.update(chunk.subarray(0, bytesRead));
  }
}

/** Stamps of files that were read and found right. They lie beside the root, and hold for this list alone. */
async function readStamps(root: string, list: Buffer): Promise<Stamps> {
  const text = await readFile(`${root}.stamps`, 'utf8').catch(() => '');
  const [head, ...lines] = text.split('\0');
  if (head !== digest(list)) return new Map();
  return new Map(
    lines.flatMap((line) => {
      const [, stamp, path] = /^(\d+ \d+ \d+ \d+) (.+)$/s.exec(line) ?? [];
      return stamp !== undefined && path !== undefined ? [[path, stamp] as const] : [];
    }),
  );
}

/** A cache that cannot be written to is read anew each time. */
async function writeStamps(root: string, list: Buffer, stamps: Stamps): Promise<void> {
  const lines = [...stamps].map(([path, stamp]) => `${stamp} ${path}`);
  const partial = `${root}.stamps.${process.pid}`;
  try {
    await writeFile(partial, [digest(list), ...lines].join('\0'), { mode: 0o600 });
    await rename(partial, `${root}.stamps`);
  } catch {
    // The next run reads the files again.
  }
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
