import type { EntryContent, Image, Layer } from '../../archive/model.ts';
import { normalisePath } from '../../archive/normalise-path.ts';
import { flatten } from '../../archive/rootfs.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Json } from '../../common/json.ts';
import type { ArchiveDifference, Area } from './diff-model.ts';

interface RootEntry {
  readonly entry: TarEntry;
  /** Digest of the content; of a hard link, that of the file that it leads to. */
  readonly digest: string;
}

/** What is compared of a file that both have: its area, its name, and how it is read. */
const FIELDS: readonly (readonly [Area, string, (file: RootEntry) => Json])[] = [
  ['files', 'type', ({ entry }) => (entry.type === 'hardlink' ? 'file' : entry.type)],
  ['files', 'content', ({ digest }) => digest],
  ['files', 'link', ({ entry }) => (entry.type === 'symlink' ? entry.linkname : '')],
  ['files', 'device', ({ entry }) => `${entry.devmajor}:${entry.devminor}`],
  ['modes', 'mode', ({ entry }) => (entry.type === 'symlink' ? '' : octal(entry.mode))],
  ['owners', 'owner', ({ entry }) => `${entry.uid}:${entry.gid}`],
  ['attributes', 'attributes', ({ entry }) => attributesOf(entry)],
  ['times', 'time', ({ entry }) => Math.trunc(entry.mtime)],
];

/** What the flattened roots of two images do not have in common, path by path. */
export function* diffRoots(before: Image, after: Image): Iterable<ArchiveDifference> {
  const [a, b] = [rootOf(before), rootOf(after)];
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  for (const path of paths) {
    const [left, right] = [a.get(path), b.get(path)];
    if (!left || !right) {
      yield {
        area: 'files',
        what: `/${path}`,
        ...(left && { before: describe(left) }),
        ...(right && { after: describe(right) }),
      };
      continue;
    }
    for (const [area, name, read] of FIELDS) {
      const values = [read(left), read(right)] as const;
      if (values[0] === values[1]) continue;
      yield {
        area,
        what: `/${path} ${name}`,
        ...(values[0] !== '' && { before: values[0] }),
        ...(values[1] !== '' && { after: values[1] }),
      };
    }
  }
}

function rootOf({ layers }: Image): ReadonlyMap<string, RootEntry> {
  const stack = layers.flatMap(({ layer }) => layer ?? []);
  const digests = stack.map(digestsOf);
  const root = new Map<string, RootEntry>();
  for (const [path, { entry, layer }] of flatten(stack).files) {
    const digest = digests[layer]?.get(
      normalisePath(entry.type === 'hardlink' ? entry.linkname : entry.path),
    );
    root.set(path, { entry, digest: digest ?? '' });
  }
  return root;
}

/** By path; hard links lead to files of the same layer. */
function digestsOf({ entries, contents }: Layer): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const [position, { digest }] of contents as ReadonlyMap<number, EntryContent>) {
    const path = entries.at(position)?.path;
    if (path !== undefined) digests.set(normalisePath(path), digest);
  }
  return digests;
}

function describe({ entry, digest }: RootEntry): Json {
  const size = entry.type === 'file' ? ` of ${entry.size} bytes` : '';
  return `${entry.type}${size}, ${octal(entry.mode)}${digest === '' ? '' : `, ${digest.slice(0, 19)}…`}`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function attributesOf({ pax }: TarEntry): string {
  const own = Object.entries(pax).filter(([key]) => key.startsWith('SCHILY.xattr.'));
  return own
    .map(([key, value]) => `${key.slice('SCHILY.xattr.'.length)}=${value}`)
    .sort()
    .join(' ');
}
