import type { EntryList } from '../../../archive/model.ts';
import { type EntryChunk, NUMBER, NUMBERS, TYPES, WORD, WORDS } from '../../../archive/tar/packed-entries.ts';
import { MAX_NAME_BYTES, MAX_PATH_BYTES, MAX_PORTABLE_ID, TIME_RANGE } from './form.ts';
import type { Pass } from './pass.ts';
import { hashOf, hashStep } from './path-index.ts';

const FILE = TYPES.indexOf('file');
const SLASH = 0x2f;
const DOT = 0x2e;
/** Second characters of the hidden names that rules look at: `..`, `.wh.`, `._x`, `.DS_Store`. */
const MARKED = new Set(Buffer.from('.w_D'));

/**
 * Positions of the entries that rules must look at, in order. The others are most of any layer: one more file in
 * the folder of the entry before it, with a printable name in normal form, no extension headers and no owner
 * names, whose path nobody had. No rule has anything to say about them; they are only put into the index of paths.
 */
export function* positionsToJudge(entries: EntryList, pass: Pass): Iterable<number> {
  const { packed } = entries;
  if (!packed) {
    for (let position = 0; position < entries.length; position++) yield position;
    return;
  }
  let folder = folderOf(undefined);
  let position = 0;
  for (const chunk of packed.chunks) {
    for (let row = 0; row < chunk.length; row++, position++) {
      if (pass.lastParent !== folder.path) folder = folderOf(pass.lastParent);
      if (!isPlain(chunk, row) || !addToFolder(chunk, row, position, folder, pass)) yield position;
    }
  }
}

/** The folder that entries come one after the other from. */
interface Folder {
  readonly path: string | undefined;
  /** Its path and a slash, as bytes; absent when rules must look at every name below it. */
  readonly start: Uint8Array | undefined;
  readonly hash: number;
}

function folderOf(path: string | undefined): Folder {
  const isPlainFolder = path !== undefined && /^[ -~]*$/.test(path) && !/^\.\.(?:\/|$)/.test(path);
  const start = path === undefined || path === '' ? '' : `${path}/`;
  return { path, start: isPlainFolder ? Buffer.from(start, 'latin1') : undefined, hash: hashOf(start) };
}

/** What `judgeForm` would pass. */
function isPlain({ types, words, numbers }: EntryChunk, row: number): boolean {
  const word = row * WORDS;
  return (
    types[row] === FILE &&
    words[word + WORD.paxLength] === 0 &&
    words[word + WORD.uname] === 0 &&
    words[word + WORD.gname] === 0 &&
    isPortable(numbers, row * NUMBERS)
  );
}

function isPortable(numbers: Float64Array, at: number): boolean {
  const mtime = numbers[at + NUMBER.mtime] ?? 0;
  return (
    Number.isInteger(mtime) &&
    mtime >= TIME_RANGE.first &&
    mtime <= TIME_RANGE.last &&
    (numbers[at + NUMBER.uid] ?? 0) <= MAX_PORTABLE_ID &&
    (numbers[at + NUMBER.gid] ?? 0) <= MAX_PORTABLE_ID
  );
}

/** True when the path is plain, lies in the folder of the last entry, and is new; it is in the index then. */
function addToFolder(
  { text, words }: EntryChunk,
  row: number,
  position: number,
  folder: Folder,
  pass: Pass,
): boolean {
  const { start: prefix } = folder;
  if (!prefix) return false;
  const word = row * WORDS;
  let start = words[word + WORD.text] ?? 0;
  const end = start + (words[word + WORD.pathLength] ?? 0);
  if (text[start] === DOT && text[start + 1] === SLASH) start += 2;
  const name = start + prefix.length;
  if (name >= end || end - name > MAX_NAME_BYTES || end - start > MAX_PATH_BYTES) return false;
  // From its end, where folders differ.
  for (let at = prefix.length - 1; at >= 0; at--) if (text[start + at] !== prefix[at]) return false;
  // `.`, `..`, whiteouts, AppleDouble files and folders of macOS, and what looks like them.
  if (text[name] === DOT && (name + 1 === end || MARKED.has(text[name + 1] ?? 0))) return false;
  let { hash } = folder;
  for (let at = name; at < end; at++) {
    const character = text[at] ?? 0;
    if (character < 0x20 || character > 0x7e || character === SLASH) return false;
    hash = hashStep(hash, character);
  }
  return pass.seen.addNew(hash, () => Buffer.from(text.subarray(start, end)).toString('latin1'), position);
}
