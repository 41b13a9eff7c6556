import { isKnownAlgorithm, parseDigest } from '../digest.ts';
import { entryList } from '../tar/entry-list.ts';
import { type ByteSource, memorySource } from './byte-source.ts';
import { sniffCompression } from './decompress.ts';
import { createDocumentReader } from './documents.ts';
import { walkDockerRoad } from './docker-road.ts';
import { blobPath, type ImageDraft, type Road } from './drafts.ts';
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
  ReadLimits,
  ReadOptions,
} from './model.ts';
import { normalisePath } from './normalise-path.ts';
import { isTarLayer, walkOciRoad } from './oci-road.ts';
import { openSource } from './open.ts';
import { createProblemList, type ProblemList } from './problems.ts';
import { type ReadJob, type ReadResult, readMember } from './read-layer.ts';

/** Files beside each `layer.tar` of a legacy docker archive. */
const V1_FILE = /^[0-9a-f]{64}\/(?:json|VERSION)$/;

export { UnreadableError } from './errors.ts';

const DOCUMENTS: readonly DocumentName[] = ['oci-layout', 'index.json', 'manifest.json', 'repositories', 'version'];

/**
 * Reads a saved image in any form: the path of a tar or of a directory, or `-` for standard input.
 * Throws only `UnreadableError`, when there is nothing to read; any damage becomes `problems`.
 */
export async function readArchive(source: string, options: ReadOptions = {}): Promise<Archive> {
  const opened = await openSource(source);
  try {
    return await readSource(source, opened, options);
  } finally {
    opened.close();
  }
}

/** The same for a tar (plain or compressed as a whole) in memory. */
export async function readArchiveBytes(bytes: Uint8Array, options: ReadOptions = {}, source = '(memory)'): Promise<Archive> {
  return readSource(source, memorySource(bytes), options);
}

async function readSource(name: string, source: ByteSource, options: ReadOptions): Promise<Archive> {
  const limits: ReadLimits = { ...DEFAULT_LIMITS, ...options.limits };
  const list = createProblemList();
  const start = new Uint8Array(Math.min(8, source.size));
  source.read(start, 0);
  const compression = sniffCompression(start);
  const store = readTarMembers(source, limits, list.report);
  if (source.size === 0) list.report('empty-archive', {}, 'a tar with at least one member', '0 bytes');
  return readStore({ name, size: source.size, compression }, store, list, options, limits);
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
  limits: ReadLimits,
): Promise<Archive> {
  const v1Names = store.members.map(({ path }) => path).filter((path) => V1_FILE.test(normalisePath(path)));
  const plain = new Set(['version', ...v1Names.filter((name) => name.endsWith('VERSION'))]);
  const reader = createDocumentReader(store, limits, report, plain);
  const documents: Partial<Record<DocumentName, JsonDocument>> = {};
  for (const name of DOCUMENTS) {
    const document = reader.read(name);
    if (document) documents[name] = document;
  }
  const v1Files = new Map<string, JsonDocument>();
  for (const name of v1Names) {
    const document = reader.read(name);
    if (document) v1Files.set(name, document);
  }
  const docker = walkDockerRoad(documents['manifest.json'], store, reader);
  const oci = walkOciRoad(documents['index.json'], store, reader, limits, report);
  const jobs = planJobs(store, [docker, oci], options);
  const layers = new Map<string, Layer>();
  const blobs = new Map<string, Blob>();
  for (const job of jobs) {
    const stored = store.find(job.member);
    if (!stored) continue;
    const result = await readMember(stored.region, job, limits);
    for (const { kind, offset, expected, actual } of result.problems)
      report(kind, offset === undefined ? { member: job.member } : { member: job.member, offset }, expected, actual);
    const layer = layerOf(result);
    if (layer) layers.set(job.member, layer);
    const blob = blobOf(job, result);
    if (blob) blobs.set(normalisePath(job.member), blob);
  }
  for (const road of [docker, oci]) complete(road, blobs, layers);
  const base = {
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
  return { ...base, fingerprint: fingerprintOf(base) };
}

/** One job for each layer and each other blob, in the order of the members. */
function planJobs(store: MemberStore, roads: readonly Road[], options: ReadOptions): readonly ReadJob[] {
  const layerMembers = new Map<string, string>();
  for (const image of roads.flatMap(({ images }) => images)) {
    for (const layer of image.layers) {
      if (!isTarLayer(image.kind, layer.descriptor?.mediaType)) continue;
      const algorithm = diffIdAlgorithm(image, layer.position);
      if (algorithm !== 'sha256' || !layerMembers.has(layer.member)) layerMembers.set(layer.member, algorithm);
    }
  }
  const jobs = new Map<string, ReadJob>();
  for (const { path } of store.members) {
    const stored = store.find(path);
    if (!stored || stored.name !== path || jobs.has(path)) continue;
    const blob = blobName(path);
    const diffId = layerMembers.get(path);
    if (diffId === undefined && !blob) continue;
    jobs.set(path, {
      member: path,
      offset: stored.region.offset,
      size: stored.region.size,
      kind: diffId === undefined ? 'blob' : 'layer',
      algorithm: blob?.algorithm,
      diffIdAlgorithm: diffId ?? 'sha256',
      contents: options.contents,
    });
  }
  return [...jobs.values()];
}

function diffIdAlgorithm(image: ImageDraft, position: number): string {
  const algorithm = parseDigest(image.diffIds[position])?.algorithm ?? 'sha256';
  return isKnownAlgorithm(algorithm) ? algorithm : 'sha256';
}

function blobName(member: string): { algorithm: string; encoded: string } | undefined {
  const [folder, algorithm, encoded, ...rest] = normalisePath(member).split('/');
  if (folder !== 'blobs' || algorithm === undefined || encoded === undefined || rest.length > 0) return undefined;
  return { algorithm, encoded };
}

function blobOf(job: ReadJob, result: ReadResult): Blob | undefined {
  const name = blobName(job.member);
  return name && { member: job.member, ...name, size: result.size, measured: result.measured };
}

function layerOf({ member, size, digest, layer }: ReadResult): Layer | undefined {
  return layer && { member, size, digest, ...layer, entries: entryList(layer.entries) };
}

/** Adds to the roads what the blobs turned out to be. */
function complete({ images, descriptors }: Road, blobs: ReadonlyMap<string, Blob>, layers: ReadonlyMap<string, Layer>): void {
  for (const use of descriptors) {
    const blob = blobs.get(blobPath(use.digest) ?? '');
    if (blob) use.blob = blob;
  }
  for (const image of images) {
    for (const reference of image.layers) {
      const tar = isTarLayer(image.kind, reference.descriptor?.mediaType);
      const layer = tar ? layers.get(reference.member) : undefined;
      if (layer) reference.layer = layer;
    }
  }
}
