import type { ByteSource, Region } from './byte-source.ts';
import type { Member, ReadLimits } from './model.ts';
import { linkTarget, normalisePath } from './normalise-path.ts';
import { createProblemList, type Report } from './problems.ts';
import type { TarTrailer } from './tar/entry.ts';
import { BLOCK, toEntry } from './tar/header.ts';
import { createTarScanner, type TarScanner } from './tar/scanner.ts';

/** The members of an archive, and the way to their bytes. */
export interface MemberStore {
  readonly form: 'tar' | 'directory';
  readonly members: readonly Member[];
  readonly trailer: TarTrailer | undefined;
  /** The member of this name after links, `./` and doubled slashes are resolved. */
  find(name: string): StoredMember | undefined;
  /** Where a name leads after links: the name itself when there is no such member. */
  resolve(name: string): string;
  /** Source of the bytes that offsets in regions count in; a worker opens the same. */
  close(): void;
}

export interface StoredMember {
  readonly name: string;
  readonly region: Region;
}

/** Links followed before a chain counts as endless. */
const MAX_LINKS = 40;
const CHUNK = 1024 * 1024;

/** Reads the outer tar: contents are skipped, everything between them is looked at. */
export function readTarMembers(source: ByteSource, limits: ReadLimits, report: Report): MemberStore {
  const entries: Member[] = [];
  const found = createProblemList();
  let full = false;
  const scanner = createTarScanner({
    entry(header) {
      if (entries.length < limits.entriesPerLayer) entries.push(toEntry(header));
      else if (!full) {
        full = true;
        found.report(
          'limit-entries',
          { offset: header.headerOffset },
          `at most ${limits.entriesPerLayer} members`,
          'more',
        );
      }
    },
    problem(kind, offset, expected, actual) {
      if (!full) found.report(kind, { offset }, expected, actual);
    },
  });
  let position = 0;
  const buffer = new Uint8Array(Math.min(CHUNK, Math.max(source.size, 1)));
  let window = Math.min(SMALL, buffer.length);
  while (position < source.size && !full) {
    const skip = Math.min(scanner.skippable(), source.size - position);
    if (skip > 0) {
      scanner.skip(skip);
      position += skip;
      window = Math.min(SMALL, buffer.length);
      continue;
    }
    const part = buffer.subarray(0, Math.min(window, source.size - position));
    const count = source.read(part, position);
    if (count === 0) break;
    const used = pushUntilContent(scanner, part.subarray(0, count), position);
    position += used;
    window = used === count ? Math.min(window * 2, buffer.length) : Math.min(SMALL, buffer.length);
  }
  const trailer = scanner.end();
  const isEmpty = entries.length === 0 && found.problems.every(({ kind }) => kind === 'tar-trailer');
  // Without a single entry, the first block was no header at all.
  if (entries.length === 0 && !isEmpty)
    report('not-an-archive', { offset: 0 }, 'a tar header', 'other bytes');
  for (const { kind, where, expected, actual } of entries.length > 0 ? found.problems : [])
    report(kind, where, expected, actual);
  return tarStore(source, entries, trailer, report);
}

/** Enough for a header and its extensions; grows where there is no content to skip. */
const SMALL = 4096;

/** Pushes blocks one at a time, so that the scan can jump over content. */
function pushUntilContent(scanner: TarScanner, bytes: Uint8Array, position: number): number {
  let at = 0;
  while (at < bytes.length) {
    const end = Math.min(at + BLOCK - ((position + at) % BLOCK), bytes.length);
    scanner.push(bytes.subarray(at, end));
    at = end;
    if (scanner.skippable() > 0) break;
  }
  return at;
}

function tarStore(
  source: ByteSource,
  entries: readonly Member[],
  trailer: TarTrailer,
  report: Report,
): MemberStore {
  return createStore('tar', entries, trailer, report, source.close, (member) => ({
    source,
    offset: member.dataOffset,
    size: Math.max(0, Math.min(member.size, source.size - member.dataOffset)),
  }));
}

/** Looks names up, and follows links, over any list of members. Of equal names the last counts, as in extraction. */
export function createStore(
  form: MemberStore['form'],
  entries: readonly Member[],
  trailer: TarTrailer | undefined,
  report: Report,
  close: () => void,
  regionOf: (member: Member, position: number) => Region,
): MemberStore {
  const positions = new Map<string, number>();
  for (const [position, { path, type }] of entries.entries()) {
    if (type !== 'pax-global') positions.set(normalisePath(path), position);
  }

  /** The last name of the chain, and how it ended. */
  function follow(start: string): { name: string; end: 'found' | 'missing' | 'escape' | 'cycle' } {
    let name = normalisePath(start);
    for (let links = 0; links < MAX_LINKS; links++) {
      const position = positions.get(name);
      const member = position === undefined ? undefined : entries[position];
      if (!member) return { name, end: name.startsWith('..') ? 'escape' : 'missing' };
      if (member.type !== 'symlink' && member.type !== 'hardlink') return { name: member.path, end: 'found' };
      const { linkname } = member;
      if (linkname.startsWith('/')) return { name: linkname, end: 'escape' };
      name = member.type === 'hardlink' ? normalisePath(linkname) : linkTarget(name, linkname);
    }
    return { name, end: 'cycle' };
  }

  const members = entries.map((member) => {
    if (member.type !== 'symlink') return member;
    const { name, end } = follow(member.path);
    if (end === 'cycle')
      report(
        'limit-links',
        { member: member.path },
        `a chain of at most ${MAX_LINKS} links`,
        member.linkname,
      );
    return end === 'found' ? { ...member, resolved: name } : member;
  });

  return {
    form,
    members,
    trailer,
    close,
    resolve: (name) => follow(name).name,
    find(name) {
      const { name: reached, end } = follow(name);
      const position = end === 'found' ? positions.get(normalisePath(reached)) : undefined;
      const member = position === undefined ? undefined : members[position];
      if (!member || position === undefined || !isFile(member)) return undefined;
      return { name: member.path, region: regionOf(member, position) };
    },
  };
}

function isFile({ type }: Member): boolean {
  return type === 'file' || type === 'contiguous';
}
