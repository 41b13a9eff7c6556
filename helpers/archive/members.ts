import { type Budget, BudgetError, inSteps } from './budget.ts';
import { type ByteSource, type Region, readRegion } from './byte-source.ts';
import { describeForeign } from './foreign.ts';
import { MAX_LINKS } from './limits.ts';
import type { Member, ReadLimits } from './model.ts';
import { linkTarget, normalisePath } from './normalise-path.ts';
import { createProblemList, type ReportDamage } from './problems.ts';
import type { TarTrailer } from './tar/entry.ts';
import { BLOCK, toEntry } from './tar/header.ts';
import { createTarScanner, type TarScanner } from './tar/scanner.ts';

/** The members of an archive, and the way to their bytes. */
export interface MemberStore {
  readonly form: 'tar' | 'directory';
  readonly members: readonly Member[];
  readonly trailer: TarTrailer | undefined;
  /** A header could not be read: there may be more members. */
  readonly isCutShort?: boolean;
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

/** Memory of one member beside its text. */
const MEMBER = 500;
const CHUNK = 1024 * 1024;

/**
 * Reads the outer tar: contents are skipped, everything between them is looked at. Throws `BudgetError` when there are
 * too many members.
 */
export function readTarMembers(
  source: ByteSource,
  limits: ReadLimits,
  budget: Budget,
  report: ReportDamage,
): MemberStore {
  const entries: Member[] = [];
  const found = createProblemList();
  const records = inSteps(budget, 'paxRecords', 1000);
  const lastText = { bytes: undefined as Uint8Array | undefined, path: '' };
  const scanner = createTarScanner({
    entry(header) {
      if (entries.length >= limits.members)
        throw new BudgetError({
          kind: 'limit-entries',
          expected: `at most ${limits.members} members`,
          actual: 'more',
        });
      const entry = toEntry(header);
      // Members that share a name, by a global header, share its text.
      const isShared = header.path !== undefined && header.path === lastText.bytes;
      if (isShared) entries.push({ ...entry, path: lastText.path });
      else entries.push(entry);
      if (!isShared) Object.assign(lastText, { bytes: header.path, path: entry.path });
      const text = (isShared ? 0 : entry.path.length) + entry.linkname.length + (header.pax?.length ?? 0);
      budget.spend('entryBytes', MEMBER + 2 * text);
    },
    paxRecords: records.add,
    problem(kind, offset, expected, actual) {
      found.report(kind, { offset }, expected, actual);
    },
  });
  let position = 0;
  const buffer = new Uint8Array(Math.min(CHUNK, Math.max(source.size, 1)));
  let window = Math.min(SMALL, buffer.length);
  while (position < source.size) {
    const skip = Math.min(scanner.skippable(), source.size - position);
    if (skip > 0) {
      scanner.skip(skip);
      position += skip;
      window = Math.min(SMALL, buffer.length);
      continue;
    }
    if (scanner.zeroBlocks() * BLOCK > limits.zeroBytesAtEnd)
      throw new BudgetError({
        kind: 'limit-expansion',
        expected: `at most ${limits.zeroBytesAtEnd} bytes of zeros after the end of the archive`,
        actual: 'more',
      });
    const part = buffer.subarray(0, Math.min(window, source.size - position));
    const count = source.read(part, position);
    if (count === 0) break;
    const bytes = part.subarray(0, count);
    // Behind the last member no content is skipped.
    const isBehind = scanner.zeroBlocks() > 0;
    if (isBehind) scanner.push(bytes);
    const used = isBehind ? count : pushUntilContent(scanner, bytes, position);
    position += used;
    window = used === count ? Math.min(window * 2, buffer.length) : Math.min(SMALL, buffer.length);
  }
  const trailer = scanner.end();
  records.flush();
  const isEmpty = entries.length === 0 && found.problems.every(({ kind }) => kind === 'tar-trailer');
  // Without a single entry, the first block was no header at all.
  if (entries.length === 0 && !isEmpty)
    report('not-an-archive', { offset: 0 }, 'a tar header', describeForeign(startOf(source)));
  for (const { kind, where, expected, actual } of entries.length > 0 ? found.problems : [])
    report(kind, where, expected, actual);
  return { ...tarStore(source, entries, trailer, report), isCutShort: scanner.isStopped() };
}

function startOf(source: ByteSource): Uint8Array {
  return readRegion({ source, offset: 0, size: Math.min(BLOCK, source.size) });
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
  report: ReportDamage,
): MemberStore {
  return createStore('tar', entries, trailer, report, source.close, (member) => ({
    source,
    offset: member.dataOffset,
    size: Math.max(0, Math.min(member.size, source.size - member.dataOffset)),
  }));
}

interface ChainEnd {
  readonly name: string;
  readonly end: 'found' | 'missing' | 'escape' | 'cycle';
  /** Links from here to there. */
  readonly links: number;
}

/** Looks names up, and follows links, over any list of members. Of equal names the last counts, as in extraction. */
export function createStore(
  form: MemberStore['form'],
  entries: readonly Member[],
  trailer: TarTrailer | undefined,
  report: ReportDamage,
  close: () => void,
  regionOf: (member: Member, position: number) => Region,
): MemberStore {
  const positions = new Map<string, number>();
  const rivals = new Set<number>();
  for (const [position, member] of entries.entries()) {
    if (member.type === 'pax-global') continue;
    const name = normalisePath(member.path);
    const before = positions.get(name);
    if (before !== undefined && isRival(before, position)) rivals.add(position);
    positions.set(name, position);
  }

  function isRival(before: number, position: number): boolean {
    const [first, second] = [entries[before], entries[position]];
    if (!first || !second || (first.type === 'directory' && second.type === 'directory')) return false;
    if (!isFile(first) || !isFile(second))
      return first.linkname !== second.linkname || first.type !== second.type;
    return !haveSameBytes(regionOf(first, before), regionOf(second, position));
  }

  const ends = new Map<string, ChainEnd>();

  /** The last name of the chain, and how it ended. Each link is followed once, however many chains lead over it. */
  function follow(start: string): ChainEnd {
    const chain: string[] = [];
    let name = normalisePath(start);
    let end = ends.get(name);
    while (!end) {
      const next = nextOf(name);
      if (typeof next === 'object') end = next;
      else if (chain.length >= MAX_LINKS) end = { name: next, end: 'cycle', links: 0 };
      else {
        chain.push(name);
        name = next;
        end = ends.get(name);
      }
    }
    for (const link of chain.reverse()) {
      const links: number = end.links + 1;
      end = links >= MAX_LINKS ? { name: end.name, end: 'cycle', links } : { ...end, links };
      ends.set(link, end);
    }
    return end;
  }

  /** Where the name leads: to another name, or to the end of the chain. */
  function nextOf(name: string): string | ChainEnd {
    const position = positions.get(name);
    const member = position === undefined ? undefined : entries[position];
    if (!member) return { name, end: name.startsWith('..') ? 'escape' : 'missing', links: 0 };
    if (member.type !== 'symlink' && member.type !== 'hardlink')
      return { name: member.path, end: 'found', links: 0 };
    const { linkname } = member;
    if (linkname.startsWith('/')) return { name: linkname, end: 'escape', links: 0 };
    return member.type === 'hardlink' ? normalisePath(linkname) : linkTarget(name, linkname);
  }

  const members = entries.map((written, position) => {
    const member = rivals.has(position) ? { ...written, rival: true as const } : written;
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

/** In pieces: a member may be as large as the archive. */
function haveSameBytes(one: Region, other: Region): boolean {
  if (one.size !== other.size) return false;
  const piece = Math.min(CHUNK, one.size);
  const buffers = [new Uint8Array(piece), new Uint8Array(piece)] as const;
  for (let at = 0; at < one.size; at += piece) {
    const length = Math.min(piece, one.size - at);
    const [left, right] = [buffers[0].subarray(0, length), buffers[1].subarray(0, length)];
    one.source.read(left, one.offset + at);
    other.source.read(right, other.offset + at);
    if (Buffer.compare(left, right) !== 0) return false;
  }
  return true;
}
