import type { Layer } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import type { TarEntry } from './tar/entry.ts';
import { plainEntry } from './tar/entry-list.ts';

/** The root filesystem that a stack of layers gives. Nothing is written anywhere. */
export interface Rootfs {
  /** By path without leading or trailing slash, parents before children; the root itself is left out. */
  readonly files: ReadonlyMap<string, RootfsFile>;
  /** Entries that no engine could apply: they leave the root, or are too deep or too many. */
  readonly skipped: readonly SkippedEntry[];
}

export interface RootfsFile {
  readonly entry: TarEntry;
  /** Zero-based position of the layer that the entry comes from. */
  readonly layer: number;
  /** Of a hard link: the entry of the same layer that has the content, also where its own path is gone. */
  readonly target?: TarEntry;
}

export interface SkippedEntry {
  readonly layer: number;
  readonly path: string;
  readonly reason: 'leaves the root' | 'too deep' | 'too many files' | 'link loop';
}

interface Node {
  file: RootfsFile | undefined;
  /** Set where hard links lead here, or where this is one. */
  inode?: Inode;
  children: Map<string, Node> | undefined;
}

/** What all names of a file share: engines give it the attributes of each name as it comes. */
interface Inode {
  readonly content: TarEntry;
  attributes: TarEntry;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const MAX_FILES = 4_000_000;
const MAX_SKIPPED = 1000;
/** Linux's PATH_MAX. */
const MAX_PATH = 4096;
const MAX_LINKS = 40;

/**
 * Applies layers, bottom first, with the whiteouts of OCI layer.md: `.wh.<name>` removes a file of the layers below,
 * `.wh..wh..opq` all of a directory's, and neither touches what its own layer adds, whatever the order.
 */
export function flatten(layers: readonly Pick<Layer, 'entries'>[]): Rootfs {
  const root: Node = { file: undefined, children: new Map() };
  const skipped: SkippedEntry[] = [];
  let count = 0;
  for (const [layer, { entries }] of layers.entries()) {
    const skip = (path: string, reason: SkippedEntry['reason']) => {
      if (skipped.length < MAX_SKIPPED) skipped.push({ layer, path: path.slice(0, MAX_PATH), reason });
    };
    for (const entry of entries) {
      const place = placeOf(entry);
      if (typeof place === 'object' && place.name.startsWith(WHITEOUT)) removeBelow(root, place, layer);
    }
    for (const entry of entries) {
      const place = placeOf(entry);
      if (place === 'root' || (typeof place === 'object' && place.name.startsWith(WHITEOUT))) continue;
      if (place === 'escape') skip(entry.path, 'leaves the root');
      else if (place === 'deep') skip(entry.path, 'too deep');
      else if (++count > MAX_FILES) skip(entry.path, 'too many files');
      else if (!add(root, place, { entry, layer })) skip(entry.path, 'link loop');
    }
  }
  const files = new Map<string, RootfsFile>();
  collect(root, files);
  return { files, skipped };
}

interface Place {
  readonly folders: readonly string[];
  readonly name: string;
}

function placeOf({ path, type }: TarEntry): Place | 'root' | 'escape' | 'deep' {
  if (type === 'pax-global') return 'root';
  if (path.length > MAX_PATH) return 'deep';
  const segments = normalisePath(path).split('/');
  const name = segments.pop() ?? '';
  if (name === '') return 'root';
  if (segments[0] === '..' || name === '..') return 'escape';
  return { folders: segments, name };
}

function removeBelow(root: Node, { folders, name }: Place, layer: number): void {
  const folder = walk(root, folders, layer);
  if (name === OPAQUE) folder?.children?.clear();
  else folder?.children?.delete(name.slice(WHITEOUT.length));
}

/** False when a parent is a link in a circle. */
function add(root: Node, { folders, name }: Place, file: RootfsFile): boolean {
  const folder = walk(root, folders, file.layer);
  if (!folder) return false;
  folder.children ??= new Map();
  const isDirectory = file.entry.type === 'directory';
  const present = folder.children.get(name);
  // A directory over a directory changes only its metadata; anything else replaces all that was there.
  const children = isDirectory ? (present?.children ?? new Map<string, Node>()) : undefined;
  const node: Node = { file, children };
  if (file.entry.type === 'hardlink') shareInode(root, node, file);
  folder.children.set(name, node);
  return true;
}

function shareInode(root: Node, node: Node, { entry, layer }: RootfsFile): void {
  const segments = normalisePath(entry.linkname.slice(0, MAX_PATH)).split('/');
  const target = walk(root, segments.slice(0, -1))?.children?.get(segments.at(-1) ?? '');
  if (target?.file?.layer !== layer || target.file.entry.type === 'directory') return;
  target.inode ??= { content: target.file.entry, attributes: target.file.entry };
  target.inode.attributes = entry;
  node.inode = target.inode;
}

function fileOf(file: RootfsFile, inode: Inode | undefined): RootfsFile {
  if (!inode) return file;
  const { mode, uid, gid, mtime } = inode.attributes;
  const shared = { ...file, entry: { ...plainEntry(file.entry), mode, uid, gid, mtime } };
  return file.entry === inode.content ? shared : { ...shared, target: inode.content };
}

/**
 * The folder that a path leads to, links followed inside the root. For an entry of a layer, missing folders are made, and
 * put in the place of links of lower layers, as Docker and containerd do, which unpack each layer for itself.
 */
function walk(root: Node, folders: readonly string[], layer?: number): Node | undefined {
  let stack: Node[] = [root];
  const pending = [...folders].reverse();
  let links = 0;
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (stack.length > 1) stack.pop();
      continue;
    }
    const folder = stack.at(-1) ?? root;
    let next: Node | undefined = folder.children?.get(segment);
    if (next?.file?.entry.type === 'symlink' && (layer === undefined || next.file.layer === layer)) {
      if (++links > MAX_LINKS) return undefined;
      const target = next.file.entry.linkname.slice(0, MAX_PATH);
      if (target.startsWith('/')) stack = [root];
      pending.push(...target.split('/').reverse());
      continue;
    }
    if (!next?.children) {
      if (layer === undefined) return undefined;
      next = { file: undefined, children: new Map() };
      folder.children ??= new Map();
      folder.children.set(segment, next);
    }
    stack.push(next);
  }
  return stack.at(-1);
}

/** Without recursion: a path may be two thousand folders deep. */
function collect(root: Node, files: Map<string, RootfsFile>): void {
  const pending: { path: string; node: Node }[] = [{ path: '', node: root }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { path, node } = next;
    if (node.file) files.set(path, fileOf(node.file, node.inode));
    const names = [...(node.children?.keys() ?? [])].sort().reverse();
    for (const name of names) {
      const child = node.children?.get(name);
      if (child) pending.push({ path: path === '' ? name : `${path}/${name}`, node: child });
    }
  }
}
