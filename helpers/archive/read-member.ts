import type { Json } from '../common/json.ts';
import { type Budget, BudgetError, type Excess, inSteps } from './budget.ts';
import { chunksOf, type Region, readRegion } from './byte-source.ts';
import { beginsWithSkippableFrame, type ExpansionEnd, expand, sniffCompression } from './decompress.ts';
import { createDigester, isKnownAlgorithm } from './digest.ts';
import { isStargzIndex } from './estargz.ts';
import type { Compression, ContentsWanted, EntryContent, ProblemKind } from './model.ts';
import { createProblemList, type ReportDamage } from './problems.ts';
import type { Program } from './programs.ts';
import { createStartReader } from './start-files.ts';
import type { TarTrailer } from './tar/entry.ts';
import { createEntryPacker } from './tar/entry-packer.ts';
import type { Header } from './tar/header.ts';
import type { PackedEntries } from './tar/packed-entries.ts';
import { createTarScanner, type TarProblemKind } from './tar/scanner.ts';
import { type ContentReader, createWish } from './wanted-contents.ts';

/** What is to be measured of one member, all in one pass. Plain data: it crosses threads. */
export interface ReadJob {
  readonly member: string;
  readonly offset: number;
  readonly size: number;
  /** `scan` reads a layer without hashing it: another thread does that at the same time. */
  readonly kind: 'layer' | 'blob' | 'scan';
  /** Digest of the stored bytes wanted besides sha256, for `blobs/<algorithm>/`. */
  readonly algorithm: string | undefined;
  /** Algorithm of the diffID that the config names. */
  readonly diffIdAlgorithm: string;
  readonly contents: ContentsWanted | undefined;
}

export interface ReadResult {
  readonly member: string;
  readonly size: number;
  /** `sha256:<hex>` of the stored bytes. */
  readonly digest: string;
  /** In the algorithm asked for; `''` when it is not known. */
  readonly measured: string;
  readonly layer: LayerResult | undefined;
  readonly problems: readonly LayerProblem[];
  /** The budget of the archive that ended the work; everything else is then of no use. */
  readonly excess?: Excess;
}

export interface LayerResult {
  readonly compression: Compression;
  readonly uncompressedSize: number;
  readonly diffId: string;
  readonly entries: PackedEntries;
  readonly trailer: TarTrailer;
  readonly contents: ReadonlyMap<number, EntryContent>;
  readonly programs: ReadonlyMap<number, Program>;
  readonly texts: ReadonlyMap<number, string>;
}

export interface LayerProblem {
  readonly kind: ProblemKind;
  readonly offset: number | undefined;
  readonly expected: Json;
  readonly actual: Json;
}

/** Bytes read at once. */
const CHUNK = 1024 * 1024;

/** Reads one member once: digests, and for a layer its uncompressed digest, entries, trailer and contents. */
export async function readMember(
  region: Region,
  job: ReadJob,
  budget: Budget,
  onBytes: (bytes: number) => void = () => {},
): Promise<ReadResult> {
  try {
    return await readAffordable(region, job, budget, onBytes);
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const { member } = job;
    return {
      member,
      size: 0,
      digest: '',
      measured: '',
      layer: undefined,
      problems: [],
      excess: error.excess,
    };
  }
}

async function readAffordable(
  region: Region,
  job: ReadJob,
  budget: Budget,
  onBytes: (bytes: number) => void,
): Promise<ReadResult> {
  if (job.kind === 'scan') return scanLayer(region, job, budget);
  const sha256 = createDigester('sha256');
  const other =
    job.algorithm !== undefined && job.algorithm !== 'sha256' && isKnownAlgorithm(job.algorithm)
      ? createDigester(job.algorithm)
      : undefined;
  let stored = 0;
  const takeStored = (chunk: Uint8Array) => {
    stored += chunk.length;
    sha256.update(chunk);
    other?.update(chunk);
    onBytes(chunk.length);
  };
  const read = job.kind === 'layer' ? await readLayer(region, job, budget, takeStored) : undefined;
  if (!read) for (const chunk of chunksOf(region, CHUNK)) takeStored(chunk);
  const digest = sha256.digest();
  const measured = other ? other.digest() : (job.algorithm ?? 'sha256') === 'sha256' ? digest : '';
  return {
    member: job.member,
    size: stored,
    digest,
    measured,
    layer: read && { ...read.layer, diffId: read.layer.diffId === SAME ? digest : read.layer.diffId },
    problems: read?.problems ?? [],
  };
}

/** The tar of an uncompressed layer alone; `joinHalves` adds the digest that another thread measured. */
async function scanLayer(region: Region, job: ReadJob, budget: Budget): Promise<ReadResult> {
  const { layer, problems } = await readLayer(region, job, budget, () => {});
  return { member: job.member, size: region.size, digest: '', measured: '', layer, problems };
}

/** One result of the two halves of `halve`. */
export function joinHalves(first: ReadResult, second: ReadResult): ReadResult {
  const [hashed, scanned] = first.layer || first.excess ? [second, first] : [first, second];
  if (scanned.excess) return scanned;
  const layer = scanned.layer && { ...scanned.layer, diffId: hashed.digest };
  return { ...hashed, layer, problems: scanned.problems };
}

/** Splits a job into hashing and scanning, where both give the same as one pass: an uncompressed layer. */
export function halve(region: Region, job: ReadJob): readonly [ReadJob, ReadJob] | undefined {
  if (job.kind !== 'layer' || job.diffIdAlgorithm !== 'sha256' || compressionOf(region) !== 'none')
    return undefined;
  return [
    { ...job, kind: 'blob' },
    { ...job, kind: 'scan' },
  ];
}

function compressionOf(region: Region): Compression {
  return sniffCompression(readRegion({ ...region, size: Math.min(8, region.size) }));
}

/** An uncompressed layer needs one hash, not two. */
const SAME = 'same';

async function readLayer(
  region: Region,
  job: ReadJob,
  budget: Budget,
  takeStored: (chunk: Uint8Array) => void,
): Promise<{ layer: LayerResult; problems: readonly LayerProblem[] }> {
  const { report, problems } = createProblemList();
  const start = new Uint8Array(Math.min(8, region.size));
  region.source.read(start, region.offset);
  const compression = sniffCompression(start);
  const tar = createLayerTar(job, budget, (kind, offset, expected, actual) =>
    report(kind, { offset }, expected, actual),
  );
  const hash =
    compression === 'none' && job.diffIdAlgorithm === 'sha256'
      ? undefined
      : createDigester(job.diffIdAlgorithm);
  let uncompressedSize = 0;
  const takeExpanded = (chunk: Uint8Array) => {
    uncompressedSize += chunk.length;
    hash?.update(chunk);
    tar.push(chunk);
  };
  let end: ExpansionEnd = {};
  if (compression === 'none') {
    for (const chunk of chunksOf(region, CHUNK)) {
      takeStored(chunk);
      takeExpanded(chunk);
    }
  } else if (compression === 'unknown') {
    for (const chunk of chunksOf(region, CHUNK)) takeStored(chunk);
    report('compression-unsupported', {}, 'no compression, gzip or zstd', describeMagic(start));
  } else {
    if (beginsWithSkippableFrame(start))
      report('compression-lead-in', { offset: 0 }, 'a frame of zstd with content', 'a skippable frame');
    end = await expand(compression, region, budget, { stored: takeStored, expanded: takeExpanded });
    reportEnd(end, compression, uncompressedSize, report);
  }
  const broken = compression === 'unknown' || isBroken(end);
  const { entries, trailer, contents, programs, texts } = tar.finish(broken, region);
  return {
    layer: {
      compression,
      uncompressedSize,
      diffId: broken ? '' : hash ? hash.digest() : SAME,
      entries,
      trailer,
      contents,
      programs,
      texts,
    },
    problems: problems.map(({ kind, where, expected, actual }) => ({
      kind,
      offset: where.offset,
      expected,
      actual,
    })),
  };
}

/** What came out is not all there is. */
function isBroken({ damaged, limited, unsupported }: ExpansionEnd): boolean {
  return damaged !== undefined || limited !== undefined || unsupported !== undefined;
}

/** Turns the end of a decompression into problems; `offset` is where the uncompressed bytes stop. */
export function reportEnd(
  end: ExpansionEnd,
  compression: Compression,
  offset: number,
  report: ReportDamage,
): void {
  const { damaged, limited, unsupported, trailing } = end;
  if (damaged !== undefined)
    report('compression-damaged', { offset }, `a whole ${compression} stream`, damaged);
  if (unsupported !== undefined)
    report(
      'compression-unsupported',
      { offset },
      compression === 'xz' ? 'LZMA2 alone' : `a ${compression} stream that needs no dictionary`,
      unsupported,
    );
  if (limited !== undefined) report('limit-expansion', { offset }, 'an expansion within the budget', limited);
  if (trailing !== undefined)
    report('compression-trailing-data', { offset }, `nothing after the ${compression} stream`, trailing);
}

export function describeMagic(start: Uint8Array): string {
  return `data that starts with ${Buffer.from(start.subarray(0, 6)).toString('hex')}`;
}

type TarReport = (kind: ProblemKind, offset: number, expected: Json, actual: Json) => void;

/** The tar of one layer: entries packed, wanted contents hashed and kept. */
function createLayerTar(job: ReadJob, budget: Budget, report: TarReport) {
  const entries = inSteps(budget, 'entries', 1000);
  const memory = inSteps(budget, 'entryBytes', 256 * 1024);
  const folders = inSteps(budget, 'folderText', 256 * 1024);
  const records = inSteps(budget, 'paxRecords', 1000);
  const packer = createEntryPacker({ memory: memory.add, folders: folders.add });
  const contents = new Map<number, EntryContent>();
  const wanted = job.contents && createWish(job.contents);
  const start = createStartReader(memory.add);
  /** The tar is cut short by the reader or by its compression: what its end lacks is no finding of its own. */
  let muted = false;
  /** The first block behind the end, and how to report it. */
  let behind: Uint8Array | undefined;
  let trailing: (() => void) | undefined;
  let current: ContentReader | undefined;
  const scanner = createTarScanner({
    entry(header) {
      entries.add(1);
      if (wanted && isFile(header)) current = wanted.read(header, budget);
      packer.add(header);
      if (isFile(header)) start.begin(header, packer.length - 1);
    },
    content(chunk) {
      start.push(chunk);
      if (current?.push(chunk) === false) current = undefined;
    },
    contentEnd() {
      start.end();
      if (!current) return;
      contents.set(packer.length - 1, current.finish());
      current = undefined;
    },
    paxRecords: records.add,
    behind(block) {
      behind = new Uint8Array(block);
    },
    problem(kind: TarProblemKind, offset, expected, actual) {
      if (muted) return;
      if (kind === 'tar-trailing-data') trailing = () => report(kind, offset, expected, actual);
      else report(kind, offset, expected, actual);
    },
  });
  return {
    push: scanner.push,
    finish(broken: boolean, stored: Region) {
      muted = broken;
      const trailer = scanner.end();
      if (!behind || !isStargzIndex(behind, trailer.trailingBytes, stored)) trailing?.();
      for (const steps of [entries, memory, folders, records]) steps.flush();
      return { entries: packer.finish(), trailer, contents, ...start.found };
    },
  };
}

function isFile(header: Header): boolean {
  return header.type === 'file' || header.type === 'contiguous' || header.type === 'sparse';
}
