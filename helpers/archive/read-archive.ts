import {
  type Budget,
  BudgetError,
  type BudgetLimits,
  budgetLimits,
  createBudget,
  type Excess,
} from './budget.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { expandBzip2, isBzip2 } from './bzip2/expand-bzip2.ts';
import { expand, sniffCompression } from './decompress.ts';
import { readDirectoryMembers } from './directory.ts';
import { walkDockerView } from './docker-view.ts';
import { createDocumentReader } from './documents.ts';
import { blobPath, type ViewDraft } from './drafts.ts';
import { fingerprintOf } from './fingerprint.ts';
import { findIncomplete } from './incomplete.ts';
import { DEFAULT_LIMITS, MAX_V1_FILES } from './limits.ts';
import { createStore, type MemberStore, readTarMembers } from './members.ts';
import type {
  Archive,
  Blob,
  Compression,
  DocumentName,
  Image,
  JsonDocument,
  Layer,
  ProblemKind,
  ReadLimits,
  ReadOptions,
} from './model.ts';
import { normalisePath } from './normalise-path.ts';
import { isTarLayer, walkOciView } from './oci-view.ts';
import { openSource } from './open.ts';
import { blobNamer, planJobs } from './plan.ts';
import { createProblemList, type ProblemList } from './problems.ts';
import { describeMagic, type ReadResult, reportEnd } from './read-member.ts';
import { type PlannedJob, runJobs, type WorkerPurse } from './run-jobs.ts';
import { createSlowMeter } from './slow-codecs.ts';
import { createSpool } from './spool.ts';
import { entryList } from './tar/entry-list.ts';
import { walkV1View } from './v1-view.ts';
import { expandXz, isXz } from './xz/expand-xz.ts';

export { UnreadableError } from './errors.ts';

const DOCUMENTS: readonly DocumentName[] = [
  'oci-layout',
  'index.json',
  'manifest.json',
  'repositories',
  'version',
];

/**
 * Reads a saved image in any form: the path of a tar or of a directory, or `-` for standard input.
 * Throws only `UnreadableError`, when there is nothing to read; any damage becomes `problems`.
 */
export async function readArchive(source: string, options: ReadOptions = {}): Promise<Archive> {
  const opened = await openSource(source);
  if (opened.form === 'tar') return readTar(source, opened.source, opened.allocated, options);
  const list = createProblemList();
  const { store, allocated } = within(
    () => readDirectoryMembers(opened.root, limitsOf(options), list.report),
    { store: emptyStore('directory', list.report), allocated: 0 },
    list,
  );
  const size = store.members.reduce((sum, member) => sum + member.size, 0);
  const purse = openPurse(limitsOf(options), allocated);
  const isSparse = within(() => spendHoles(purse, size, allocated), true, list);
  const content = isSparse ? emptyStore('directory', list.report) : store;
  return readStore({ name: source, size, compression: 'none' }, content, purse, list, options);
}

/** What reading one archive may cost. */
interface Purse {
  readonly limits: ReadLimits & BudgetLimits;
  readonly budget: Budget;
}

function openPurse(limits: ReadLimits, stored: number): Purse {
  const own = budgetLimits(limits, stored);
  return { limits: own, budget: createBudget(own) };
}

/** Holes of a sparse file are expanded like compressed content: nothing is stored, and all of it is read. */
function spendHoles({ budget }: Purse, size: number, allocated: number): false {
  budget.spend('expanded', size - allocated);
  return false;
}

/** The result, or what stands in for it when the budget of the archive ends. */
function within<Result>(work: () => Result, otherwise: Result, { report }: ProblemList): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
    const { kind, expected, actual } = error.excess;
    report(kind, {}, expected, actual);
    return otherwise;
  }
}

function emptyStore(form: MemberStore['form'], report: ProblemList['report']): MemberStore {
  return createStore(
    form,
    [],
    undefined,
    report,
    () => {},
    () => ({ source: NOTHING, offset: 0, size: 0 }),
  );
}

const NOTHING = memorySource(new Uint8Array(0));

/** The same for a tar in memory, plain or compressed as a whole. `source` is the name to show. */
export async function readArchiveBytes(
  bytes: Uint8Array,
  options: ReadOptions = {},
  source = '(memory)',
): Promise<Archive> {
  return readTar(source, memorySource(bytes), bytes.length, options);
}

const TAR_END: ReadonlySet<ProblemKind> = new Set(['tar-truncated', 'tar-trailer', 'not-an-archive']);

/** Closes the source. */
async function readTar(
  name: string,
  stored: ByteSource,
  allocated: number,
  options: ReadOptions,
): Promise<Archive> {
  const purse = openPurse(limitsOf(options), allocated);
  const list = createProblemList();
  const { source, compression } = await uncompress(stored, allocated, purse, list);
  try {
    // How the tar ends is no news when its compression ended early.
    const brokenOff = list.problems.some(({ kind }) => kind !== 'compression-trailing-data');
    const isKnown = brokenOff && source.size === 0;
    const store = within(
      () =>
        readTarMembers(source, purse.limits, purse.budget, (kind, ...rest) => {
          if (!brokenOff || !TAR_END.has(kind)) list.report(kind, ...rest);
        }),
      emptyStore('tar', list.report),
      list,
    );
    if (!isKnown && store.members.length === 0 && list.problems.length === 0)
      list.report('empty-archive', {}, 'a tar with at least one member', `${source.size} bytes without any`);
    return await readStore({ name, size: stored.size, compression }, store, purse, list, options);
  } finally {
    stored.close();
    if (source !== stored) source.close();
  }
}

/** A whole archive that is compressed is unpacked into a spool first, because its members are read in any order. */
async function uncompress(
  stored: ByteSource,
  allocated: number,
  purse: Purse,
  list: ProblemList,
): Promise<{ source: ByteSource; compression: Compression }> {
  const { report } = list;
  if (within(() => spendHoles(purse, stored.size, allocated), true, list))
    return { source: NOTHING, compression: 'none' };
  const start = new Uint8Array(Math.min(8, stored.size));
  stored.read(start, 0);
  const compression = isXz(start) ? 'xz' : isBzip2(start) ? 'bzip2' : sniffCompression(start);
  if (compression === 'none') return { source: stored, compression };
  if (compression === 'unknown') {
    report('compression-unsupported', {}, 'no compression, gzip, zstd, xz or bzip2', describeMagic(start));
    return { source: NOTHING, compression };
  }
  const spool = createSpool();
  let size = 0;
  try {
    const region = { source: stored, offset: 0, size: stored.size };
    const expanded = (chunk: Uint8Array) => {
      size += chunk.length;
      spool.write(chunk);
    };
    const end = await (compression === 'xz'
      ? expandXz(region, purse.budget, createSlowMeter('xz', purse.limits), expanded)
      : compression === 'bzip2'
        ? expandBzip2(region, purse.budget, createSlowMeter('bzip2', purse.limits), expanded)
        : expand(compression, region, purse.budget, { stored() {}, expanded }));
    reportEnd(end, compression, size, report);
    return { source: spool.finish(), compression };
  } catch (error) {
    spool.discard();
    if (!(error instanceof BudgetError)) throw error;
    const { kind, expected, actual } = error.excess;
    report(kind, {}, expected, actual);
    return { source: NOTHING, compression };
  }
}

function limitsOf({ limits }: ReadOptions): ReadLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

interface Outside {
  readonly name: string;
  readonly size: number;
  readonly compression: Compression;
}

async function readStore(
  outside: Outside,
  store: MemberStore,
  { limits, budget }: Purse,
  { problems, report }: ProblemList,
  options: ReadOptions,
): Promise<Archive> {
  const v1Names = findV1Names(store);
  const plain = new Set([
    'version',
    ...v1Names.map(normalisePath).filter((name) => name.endsWith('VERSION')),
  ]);
  const reader = createDocumentReader(store, limits, report, plain);
  const read = <Name extends string>(names: readonly Name[]) =>
    names.flatMap((name) => {
      const document = reader.read(name);
      return document ? [[name, document] as const] : [];
    });
  const documents: Partial<Record<DocumentName, JsonDocument>> = Object.fromEntries(read(DOCUMENTS));
  const v1Files = new Map(read(v1Names));
  const isV1 = documents['manifest.json'] === undefined && documents['index.json'] === undefined;
  const docker = isV1
    ? walkV1View(documents['repositories'], v1Files, store, limits, report)
    : walkDockerView(documents['manifest.json'], store, reader, limits, report);
  const oci = walkOciView(documents['index.json'], store, reader, limits, report);
  const nameBlob = blobNamer(documents.version !== undefined);
  const jobs = planJobs(store, [docker, oci], nameBlob, options);
  const results = await runAll(
    jobs.flatMap((job) => planned(store, job)),
    { limits, counters: budget.counters },
    [docker, oci],
    report,
    options,
  );
  const layers = new Map<string, Layer>();
  const blobs = new Map<string, Blob>();
  for (const job of jobs) {
    const result = results.get(job.member);
    if (!result) continue;
    for (const { kind, offset, expected, actual } of result.problems)
      report(kind, { member: job.member, ...(offset === undefined ? {} : { offset }) }, expected, actual);
    const { layer, ...stored } = result;
    if (layer) layers.set(job.member, layerOf(stored, layer));
    const name = nameBlob(job.member);
    if (name) {
      const blob = { member: job.member, ...name, size: stored.size, measured: stored.measured };
      blobs.set(`blobs/${name.algorithm}/${name.encoded}`, blob);
    }
  }
  for (const view of [docker, oci]) complete(view, blobs, layers);
  const incomplete = findIncomplete(problems, store.isCutShort === true);
  const archive = {
    source: outside.name,
    form: store.form,
    compression: outside.compression,
    size: outside.size,
    members: store.members,
    ...(store.trailer ? { trailer: store.trailer } : {}),
    ...(incomplete === undefined ? {} : { incomplete }),
    problems,
    documents,
    indexes: oci.indexes,
    v1Files,
    dockerImages: docker.images as readonly Image[],
    ociImages: oci.images as readonly Image[],
    descriptors: [...oci.descriptors, ...docker.descriptors],
    blobs: [...blobs.values()],
    layers,
  };
  return { ...archive, fingerprint: fingerprintOf(archive) };
}

/** Files beside each `layer.tar` of a legacy docker archive. */
const V1_FILE = /^[0-9a-f]{64}\/(?:json|VERSION)$/;

function findV1Names(store: MemberStore): readonly string[] {
  const names = store.members.map(({ path }) => path).filter((path) => V1_FILE.test(normalisePath(path)));
  return [...new Set(names)].slice(0, MAX_V1_FILES);
}

function planned(store: MemberStore, job: PlannedJob['job']): readonly PlannedJob[] {
  const region = store.find(job.member)?.region;
  return region ? [{ job, region }] : [];
}

async function runAll(
  jobs: readonly PlannedJob[],
  purse: WorkerPurse,
  views: readonly ViewDraft[],
  report: ProblemList['report'],
  { onProgress }: ReadOptions,
): Promise<ReadonlyMap<string, ReadResult>> {
  const total = jobs.reduce((sum, { job }) => sum + job.size, 0);
  const results = new Map<string, ReadResult>();
  let done = 0;
  const excess = await runJobs(
    jobs,
    purse,
    (result) => void results.set(result.member, result),
    (bytes) => {
      done += bytes;
      onProgress?.(done, total);
    },
  );
  const beyond = excess ?? findStacked(views, results, purse.limits);
  if (!beyond) return results;
  report(beyond.kind, {}, beyond.expected, beyond.actual);
  return new Map();
}

/** Rules look at the layers of each image together: a layer that a thousand images share is looked at a thousand times. */
function findStacked(
  views: readonly ViewDraft[],
  results: ReadonlyMap<string, ReadResult>,
  { stackedEntries }: BudgetLimits,
): Excess | undefined {
  let entries = 0;
  for (const { images } of views)
    for (const { layers } of images)
      for (const { member } of layers) entries += results.get(member)?.layer?.entries.length ?? 0;
  return entries > stackedEntries
    ? {
        kind: 'limit-entries',
        expected: `at most ${stackedEntries} entries over the layers of all images`,
        actual: entries,
      }
    : undefined;
}

function layerOf(
  { member, size, digest }: Omit<ReadResult, 'layer'>,
  layer: NonNullable<ReadResult['layer']>,
): Layer {
  return { member, size, digest, ...layer, entries: entryList(layer.entries) };
}

/** Adds to the views what the blobs turned out to be. */
function complete(
  { images, descriptors }: ViewDraft,
  blobs: ReadonlyMap<string, Blob>,
  layers: ReadonlyMap<string, Layer>,
): void {
  for (const use of descriptors) {
    const blob = blobs.get(blobPath(use.digest) ?? '');
    if (blob) use.blob = blob;
  }
  for (const image of images) {
    for (const reference of image.layers) {
      const layer = layers.get(reference.member);
      if (layer && isTarLayer(image.kind, reference.descriptor?.mediaType)) reference.layer = layer;
    }
  }
}
