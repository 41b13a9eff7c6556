import { shorten } from '../common/escape.ts';
import { normalisePath } from './normalise-path.ts';

const WAYS_OUT: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:\xff\xfe|\xfe\xff)/,
    'UTF-16 text, as a redirection of Windows PowerShell writes it: use docker save --output FILE',
  ],
  [/^PK\W{2}/, 'a zip file, as artifacts of GitHub are: unpack it, and judge the archive in it'],
  [
    /^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head)[\s>]/i,
    'an HTML page, as a server answers instead of the file: download it again, and check address and login',
  ],
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'a Git LFS pointer, not the file that it stands for: run git lfs pull',
  ],
];

/** Names that a file with these first bytes, and without a single tar header, plainly is. */
export function describeForeign(start: Uint8Array): string {
  const text = Buffer.from(start.subarray(0, 256)).toString('latin1');
  return WAYS_OUT.find(([form]) => form.test(text))?.[1] ?? firstWords(start) ?? 'other bytes';
}

/** Where an error message or an answer of a server was kept instead of the file, its own words say so. */
function firstWords(start: Uint8Array): string | undefined {
  const text = Buffer.from(start.subarray(0, 256)).toString('utf8');
  const line = /[^\n]*[^\s][^\n]*/.exec(text)?.[0].trim();
  const isText = line !== undefined && !/[\p{Cc}\uFFFD]/u.test(text.replace(/[\t\r\n]|\uFFFD$/gu, ''));
  return isText ? `text that starts with ${JSON.stringify(shorten(line, 80))}` : undefined;
}

const SIGNS = new Set(['oci-layout', 'index.json', 'manifest.json']);
const ROOT = new Set(['bin', 'etc', 'lib', 'usr', 'var']);
const ARCHIVE_NAME = /\.(?:tar|tgz)(?:\.(?:gz|xz|zst|bz2))?$/;
/** A root file system has at least these many of them. */
const ENOUGH = 3;

/** What a tar without any image plainly is, by the names in it; `undefined` otherwise. */
export function describeImageless(paths: Iterable<string>): string | undefined {
  const folders = new Set<string>();
  const roots = new Set<string>();
  const archives = new Set<string>();
  for (const path of paths) {
    const parts = normalisePath(path).split('/');
    const [first = ''] = parts;
    const last = parts.at(-1) ?? '';
    if (parts.length === 1 && SIGNS.has(first)) return undefined;
    if (ROOT.has(first)) roots.add(first);
    // Deeper down, other files are called manifest.json and index.json, too.
    if (parts.length === 2 ? SIGNS.has(last) : parts.length > 2 && last === 'oci-layout')
      folders.add(parts.slice(0, -1).join('/'));
    if (ARCHIVE_NAME.test(last)) archives.add(path);
  }
  const [folder] = folders;
  if (folder !== undefined && folders.size === 1)
    return `none; there is one below the folder ${folder}: pack what is in it, not the folder itself`;
  if (roots.size >= ENOUGH)
    return 'none; it is a root file system, as docker export writes it: docker import loads it, docker save writes images';
  const [inner] = archives;
  if (inner !== undefined && archives.size === 1)
    return `none; it holds the file ${inner}: unpack it, and judge that one`;
  return undefined;
}
