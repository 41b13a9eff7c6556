import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { BudgetError } from './budget.ts';
import { type ByteSource, readFully } from './byte-source.ts';
import { createStore, type MemberStore } from './members.ts';
import type { Member, ReadLimits } from './model.ts';
import { allocatedBytes, attempt } from './open.ts';
import type { ReportDamage } from './problems.ts';
import type { EntryType } from './tar/entry.ts';

/** One of these stands at the top of every directory that holds an image. */
const SIGNS: readonly string[] = ['oci-layout', 'index.json', 'manifest.json', 'blobs', 'version'];
const MAX_DEPTH = 64;

/**
 * Lists an OCI layout or `docker-dir` directory in sorted order. Symbolic links are recorded and never followed by the
 * file system; the fields that only a tar has are empty, with format `v7`.
 */
export function readDirectoryMembers(
  root: string,
  limits: ReadLimits,
  report: ReportDamage,
): { readonly store: MemberStore; readonly allocated: number } {
  const members: Member[] = [];
  let allocated = 0;
  const top = list(root);
  // Anything else, such as a home directory, is not worth a walk.
  const isImage = top.some((name) => SIGNS.includes(name));
  if (!isImage) report('not-an-archive', {}, `one of ${SIGNS.join(', ')}`, 'a directory without any of them');
  for (const name of isImage ? top : []) visit(name, 1);
  const store = createStore(
    'directory',
    members,
    undefined,
    report,
    () => {},
    ({ path, size }) => ({
      source: lazyFile(join(root, path), size),
      offset: 0,
      size,
    }),
  );
  return { store, allocated };

  function visit(path: string, depth: number): void {
    if (members.length >= limits.members || depth > MAX_DEPTH)
      throw new BudgetError({
        kind: 'limit-entries',
        expected: `at most ${limits.members} files, ${MAX_DEPTH} folders deep`,
        actual: 'more',
      });
    const stat = attempt(join(root, path), () => lstatSync(join(root, path)));
    const type = typeOf(stat);
    if (stat.isFile()) allocated += allocatedBytes(lazyFile(join(root, path), stat.size), stat);
    const target = type === 'symlink' ? attempt(join(root, path), () => readlinkSync(join(root, path))) : '';
    members.push(memberOf(path, type, stat, target));
    if (type === 'directory') for (const name of list(join(root, path))) visit(`${path}/${name}`, depth + 1);
  }
}

function list(folder: string): readonly string[] {
  return attempt(folder, () => readdirSync(folder)).sort();
}

function typeOf(stat: Stats): EntryType {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return 'symlink';
  if (stat.isFIFO()) return 'fifo';
  if (stat.isCharacterDevice()) return 'character-device';
  return stat.isBlockDevice() ? 'block-device' : 'unknown';
}

const FLAG: Readonly<Partial<Record<EntryType, string>>> = {
  file: '0',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

function memberOf(path: string, type: EntryType, stat: Stats, linkname: string): Member {
  return {
    path: type === 'directory' ? `${path}/` : path,
    type,
    typeflag: FLAG[type] ?? '',
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    size: type === 'file' ? stat.size : 0,
    mtime: Math.floor(stat.mtimeMs / 1000),
    uname: '',
    gname: '',
    linkname,
    devmajor: 0,
    devminor: 0,
    headerOffset: 0,
    dataOffset: 0,
    format: 'v7',
    pax: {},
  };
}

/** Opened for each read, so that a layout of many blobs does not use up the open files. */
export function lazyFile(path: string, size: number): ByteSource {
  return {
    size,
    path,
    read(target, position) {
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const fd = attempt(path, () => openSync(path, flags));
      try {
        return attempt(path, () => readFully(fd, target, position));
      } finally {
        closeSync(fd);
      }
    },
    close() {},
  };
}
