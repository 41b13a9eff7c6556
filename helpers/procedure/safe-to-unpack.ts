import type { Archive, Layer, Member } from '../archive/model.ts';
import { normalisePath } from '../archive/normalise-path.ts';
import type { TarEntry } from '../archive/tar/entry.ts';
import { escapeControl } from '../common/escape.ts';

/** The documented image has some ten members and one megabyte. */
const MOST_BYTES = 1024 ** 3;
const MOST_ENTRIES = 100_000;

/**
 * Names that mean themselves in an unquoted word of a shell and as an argument of `tar`: no part begins with `-`, none is
 * `.` or `..`, and nothing is quoted, expanded or split.
 */
const PLAIN_NAME =
  /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9._][A-Za-z0-9._+:@-]*(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._][A-Za-z0-9._+:@-]*)*$/;

export function isPlainName(path: string): boolean {
  return PLAIN_NAME.test(path) && path.length <= 255;
}

/**
 * Why the lines of the procedure must not unpack this archive, naming the member; `undefined` when they may. An archive
 * comes from the engine under test: its members stay in the folder, lead nowhere else, and their names are plain.
 */
export function whyUnsafeToUnpack(archive: Archive): string | undefined {
  return (
    whyUnreadable(archive) ??
    first(archive.members, (member) => whyUnsafeMember(member, archive)) ??
    whyTwice(archive.members) ??
    whyTooLarge(archive) ??
    first([...archive.layers.values()], whyUnsafeLayer)
  );
}

/** What the reader could not read, `tar` may read in another way. */
function whyUnreadable({ problems, compression }: Archive): string | undefined {
  if (compression !== 'none') return `the archive is compressed (${compression})`;
  const [problem] = problems.filter(({ kind }) => /^(tar|compression|limit|not|empty)-/.test(kind));
  if (problem === undefined) return undefined;
  return `the archive is damaged (${problem.kind} in ${shown(problem.where.member ?? archiveName)})`;
}
const archiveName = 'the tar itself';

function whyUnsafeMember(member: Member, archive: Archive): string | undefined {
  const path = withoutEnd(member.path);
  const name = shown(member.path);
  if (path === '.' && member.type === 'directory') return undefined;
  if (!isPlainName(path))
    return `the member ${name} has a name that is more than a name to a shell or to tar`;
  if (/(?:^|\/)layer\.tar$/.test(path) && isLink(member) === false && !archive.layers.has(path))
    return `the member ${name} is no layer of an image, and the loop would unpack it`;
  if (member.type === 'file' || member.type === 'contiguous' || member.type === 'directory') return undefined;
  if (!isLink(member)) return `the member ${name} is a ${member.type}`;
  // Legacy archives hold `<id>/layer.tar -> ../<id>/layer.tar`: a file of the same archive, and nothing else.
  const target = targetInside(path, member);
  const reached =
    target === undefined ? undefined : archive.members.find(({ path: other }) => other === target);
  if (reached?.type === 'file' && (!path.endsWith('layer.tar') || archive.layers.has(reached.path)))
    return undefined;
  return `the member ${name} is a ${member.type} to ${shown(member.linkname)}, which is no file of the archive`;
}

function isLink({ type }: TarEntry): boolean {
  return type === 'symlink' || type === 'hardlink';
}

/** Where a link leads, as a path of the same tar; `undefined` when it leads out of it. */
function targetInside(path: string, { type, linkname }: TarEntry): string | undefined {
  if (linkname.startsWith('/') || linkname === '') return undefined;
  const parts = type === 'hardlink' ? [] : path.split('/').slice(0, -1);
  for (const part of linkname.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** A file and a folder of one name, or a name that comes twice: what lies there in the end is a matter of order. */
function whyTwice(members: readonly Member[]): string | undefined {
  const files = new Set<string>();
  for (const { path, type } of members) {
    if (type === 'directory') continue;
    if (files.has(path)) return `the member ${shown(path)} is there twice`;
    files.add(path);
  }
  const below = members.find(({ path }) => parentsOf(withoutEnd(path)).some((parent) => files.has(parent)));
  return below && `the member ${shown(below.path)} lies below one that is no folder`;
}

function whyTooLarge({ members, layers }: Archive): string | undefined {
  const unpacked = [...layers.values()];
  const bytes = [...members.map(({ size }) => size), ...unpacked.map((layer) => layer.uncompressedSize)];
  const entries = members.length + unpacked.reduce((sum, layer) => sum + layer.entries.length, 0);
  const total = bytes.reduce((sum, size) => sum + size, 0);
  if (total > MOST_BYTES) return `it would unpack to ${total} bytes, more than ${MOST_BYTES}`;
  if (entries > MOST_ENTRIES) return `it holds ${entries} entries, more than ${MOST_ENTRIES}`;
  return undefined;
}

/** Layers are unpacked each into a folder of its own; their names are never typed. */
function whyUnsafeLayer({ member, entries }: Layer): string | undefined {
  const links = new Set<string>();
  for (const entry of entries) {
    const why = whyUnsafeEntry(entry, links);
    if (why !== undefined) return `the layer ${shown(member)} holds ${shown(entry.path)}, ${why}`;
  }
  return undefined;
}

function whyUnsafeEntry(entry: TarEntry, links: Set<string>): string | undefined {
  const path = withoutEnd(entry.path).replace(/^(?:\.\/)+/, '');
  if (entry.path.startsWith('/')) return 'an absolute name';
  if (path.split('/').includes('..')) return 'a name with ".."';
  if (parentsOf(normalisePath(path)).some((parent) => links.has(parent))) return 'which lies below a link';
  if (['file', 'contiguous', 'directory'].includes(entry.type)) return undefined;
  if (!isLink(entry)) return `a ${entry.type}`;
  if (targetInside(path, entry) === undefined) return `a ${entry.type} that leaves the folder`;
  links.add(normalisePath(path));
  return undefined;
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, position) => parts.slice(0, position + 1).join('/'));
}

function first<T>(items: readonly T[], why: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const reason = why(item);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

const withoutEnd = (path: string): string => path.replace(/\/+$/, '');
const shown = (text: string): string => `"${escapeControl(text.slice(0, 80))}${text.length > 80 ? '…' : ''}"`;
