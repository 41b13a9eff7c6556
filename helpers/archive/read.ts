import { type ByteSource, memorySource } from './byte-source.ts';
import { expand, sniffCompression } from './decompress.ts';
import { readDirectoryMembers } from './directory.ts';
import { walkDockerRoad } from './docker-road.ts';
import { createDocumentReader } from './documents.ts';
import { blobPath, type Road } from './drafts.ts';
import { fingerprintOf } from './fingerprint.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { type MemberStore, readTarMembers } from './members.ts';
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
import { isTarLayer, walkOciRoad } from './oci-road.ts';
import { openSource } from './open.ts';
import { blobNamer, planJobs } from './plan.ts';
import { createProblemList, type ProblemList } from './problems.ts';
import { describeMagic, type ReadResult, reportEnd } from './read-member.ts';
import { type PlannedJob, runJobs } from './run-jobs.ts';
import { createSpool } from './spool.ts';
import { entryList } from './tar/entry-list.ts';

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
  const limits = limitsOf(options);
  const opened = await openSource(source, limits.expandedBytes);
  if (opened.form === 'tar') return readTar(source, opened.source, options);
  const list = createProblemList();
  const store = readDirectoryMembers(opened.root, limits, list.report);
  const size = store.members.reduce((sum, member) => sum + member.size, 0);
  return readStore({ name: source, size, compression: 'none' }, store, list, options);
}

/** The same for a tar in memory, plain or compressed as a whole. `source` is the name to show. */
export async function readArchiveBytes(
  bytes: Uint8Array,
  options: ReadOptions = {},
  source = '(memory)',
): Promise<Archive> {
  return readTar(source, memorySource(bytes), options);
}

const TAR_END: ReadonlySet<ProblemKind> = new Set(['tar-truncated', 'tar-trailer', 'not-an-archive']);

/** Closes the source. */
async function readTar(name: string, stored: ByteSource, options: ReadOptions): Promise<Archive> {
  const limits = limitsOf(options);
  const list = createProblemList();
  const { source, compression } = await uncompress(stored, limits, list);
  try {
    // How the tar ends is no news when its compression ended early.
    const brokenOff = list.problems.some(({ kind }) => kind !== 'compression-trailing-data');
    const store = readTarMembers(source, limits, (kind, ...rest) => {
      if (!brokenOff || !TAR_END.has(kind)) list.report(kind, ...rest);
    });
    if (store.members.length === 0 && list.problems.length === 0)
      list.report('empty-archive', {}, 'a tar with at least one member', `${source.size} bytes without any`);
    return await readStore({ name, size: stored.size, compression }, store, list, options);
  } finally {
    stored.close();
    if (source !== stored) source.close();
  }
}

/** A whole archive that is compressed is unpacked into a spool first, because its members are read in any order. */
async function uncompress(
  stored: ByteSource,
  limits: ReadLimits,
  { report }: ProblemList,
): Promise<{ source: ByteSource; compression: Compression }> {
  const start = new Uint8Array(Math.min(8, stored.size));
  stored.read(start, 0);
  const compression = sniffCompression(start);
  if (compression === 'none') return { source: stored, compression };
  if (compression === 'unknown') {
    report('compression-unsupported', {}, 'no compression, gzip or zstd', describeMagic(start));
    return { source: memorySource(new Uint8Array(0)), compression };
  }
  const spool = createSpool();
  let size = 0;
  const end = await expand(compression, { source: stored, offset: 0, size: stored.size }, limits, {
    stored() {},
    expanded(chunk) {
      size += chunk.length;
      spool.write(chunk);
    },
  });
  reportEnd(end, compression, size, report);
  return { source: spool.finish(), compression };
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
  { problems, report }: ProblemList,
  options: ReadOptions,
): Promise<Archive> {
  const limits = limitsOf(options);
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
  const docker = walkDockerRoad(documents['manifest.json'], store, reader);
  const oci = walkOciRoad(documents['index.json'], store, reader, limits, report);
  const nameBlob = blobNamer(documents.version !== undefined);
  const jobs = planJobs(store, [docker, oci], nameBlob, options);
  const results = await runAll(
    jobs.flatMap((job) => planned(store, job)),
    limits,
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
  for (const road of [docker, oci]) complete(road, blobs, layers);
  const archive = {
    source: outside.name,
    form: store.form,
    compression: outside.compression,
    size: outside.size,
    members: store.members,
    ...(store.trailer ? { trailer: store.trailer } : {}),
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
const MAX_V1_FILES = 10_000;

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
  limits: ReadLimits,
  { onProgress }: ReadOptions,
): Promise<ReadonlyMap<string, ReadResult>> {
  const total = jobs.reduce((sum, { job }) => sum + job.size, 0);
  const results = new Map<string, ReadResult>();
  let done = 0;
  await runJobs(
    jobs,
    limits,
    (result) => void results.set(result.member, result),
    (bytes) => {
      done += bytes;
      onProgress?.(done, total);
    },
  );
  return results;
}

function layerOf(
  { member, size, digest }: Omit<ReadResult, 'layer'>,
  layer: NonNullable<ReadResult['layer']>,
): Layer {
  return { member, size, digest, ...layer, entries: entryList(layer.entries) };
}

/** Adds to the roads what the blobs turned out to be. */
function complete(
  { images, descriptors }: Road,
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
