import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Archive } from '../../../../helpers/archive/model.ts';
import { readArchiveBytes } from '../../../../helpers/archive/read-archive.ts';
import type { Json } from '../../../../helpers/common/json.ts';
import { type TarMember, tarOf } from './tar-bytes.ts';

type Fields = Readonly<Record<string, Json>>;

/** Everything that an observation may depend on, so that a test changes one thing and all digests follow. */
export interface Sample {
  readonly layers: readonly (readonly TarMember[])[];
  readonly layerZeroBlocks: number;
  readonly layerMediaType: string;
  readonly gzipLayers: boolean;
  readonly config: Fields;
  readonly configMediaType: string;
  readonly manifest: Fields;
  readonly manifestDescriptor: Fields;
  readonly algorithm: 'sha256' | 'sha512';
  /** Puts an index between `index.json` and the manifest. */
  readonly nested: boolean;
  readonly attestation?: { readonly predicate: string; readonly artifact: boolean };
  readonly dockerEntry: Fields;
  readonly layerSources: boolean;
  readonly repositories?: Json;
  readonly ociLayout: string;
  readonly newline: string;
  /** Applied to every member of the outer tar at the end. */
  readonly member: (member: TarMember) => TarMember;
  readonly extraMembers: readonly TarMember[];
  readonly reverse: boolean;
  readonly gzipArchive: boolean;
}

const OCI = 'application/vnd.oci.image';
export const SAMPLE: Sample = {
  layers: [
    [{ name: 'a', body: 'a' }],
    [
      { name: 'd/', type: '5', mode: 0o755 },
      { name: 'd/b', body: 'b' },
    ],
  ],
  layerZeroBlocks: 2,
  layerMediaType: `${OCI}.layer.v1.tar`,
  gzipLayers: false,
  config: {
    created: '2026-01-01T00:00:00.123Z',
    architecture: 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/bin'], WorkingDir: '/', Cmd: ['/a'] },
    history: [
      {
        created: '2026-01-01T00:00:00Z',
        created_by: 'COPY a / # buildkit',
        comment: 'buildkit.dockerfile.v0',
      },
      {
        created: '2026-01-01T00:00:00Z',
        created_by: 'COPY d / # buildkit',
        comment: 'buildkit.dockerfile.v0',
      },
    ],
  },
  configMediaType: `${OCI}.config.v1+json`,
  manifest: { schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json` },
  manifestDescriptor: {
    annotations: {
      'io.containerd.image.name': 'docker.io/library/x:1',
      'org.opencontainers.image.ref.name': '1',
    },
  },
  algorithm: 'sha256',
  nested: false,
  dockerEntry: { RepoTags: ['x:1'] },
  layerSources: false,
  ociLayout: '{"imageLayoutVersion":"1.0.0"}',
  newline: '',
  member: (member) => member,
  extraMembers: [],
  reverse: false,
  gzipArchive: false,
};

/** Builds the archive and reads it as any other. */
export async function readSample(sample: Sample): Promise<Archive> {
  return readArchiveBytes(sampleBytes(sample));
}

export function sampleBytes(sample: Sample): Uint8Array {
  const archive = tarOf(membersOf(sample));
  return sample.gzipArchive ? gzipSync(archive) : archive;
}

function membersOf(sample: Sample): readonly TarMember[] {
  const blobs = new Map<string, TarMember>();
  const add = (body: string | Uint8Array): { readonly digest: string; readonly size: number } => {
    const encoded = createHash(sample.algorithm).update(body).digest('hex');
    blobs.set(encoded, { name: `blobs/${sample.algorithm}/${encoded}`, body });
    return { digest: `${sample.algorithm}:${encoded}`, size: Buffer.byteLength(body) };
  };
  const tars = sample.layers.map((entries) => tarOf(entries, sample.layerZeroBlocks));
  const diffIds = tars.map((tar) => `sha256:${createHash('sha256').update(tar).digest('hex')}`);
  const layers = tars.map((tar) => ({
    mediaType: sample.layerMediaType,
    ...add(sample.gzipLayers ? gzipSync(tar) : tar),
  }));
  const config = {
    mediaType: sample.configMediaType,
    ...add(JSON.stringify({ ...sample.config, rootfs: { type: 'layers', diff_ids: diffIds } })),
  };
  const manifest = add(JSON.stringify({ ...sample.manifest, config, layers }));
  const target = sample.attestation
    ? [{ mediaType: `${OCI}.manifest.v1+json`, ...manifest }, attest(sample.attestation, manifest, add)]
    : [{ mediaType: `${OCI}.manifest.v1+json`, ...manifest }];
  const index = (manifests: readonly object[]) =>
    JSON.stringify({ schemaVersion: 2, mediaType: `${OCI}.index.v1+json`, manifests });
  const top = sample.nested ? [{ mediaType: `${OCI}.index.v1+json`, ...add(index(target)) }] : target;
  const pathOf = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const entry = {
    Config: pathOf(config.digest),
    ...sample.dockerEntry,
    Layers: layers.map(({ digest }) => pathOf(digest)),
    ...(sample.layerSources && {
      LayerSources: Object.fromEntries(diffIds.map((diffId, position) => [diffId, layers[position] ?? null])),
    }),
  };
  const documents: TarMember[] = [
    {
      name: 'index.json',
      body: index(
        top.map((descriptor, position) => ({
          ...descriptor,
          ...(position === 0 && sample.manifestDescriptor),
        })),
      ),
    },
    { name: 'manifest.json', body: `${JSON.stringify([entry])}${sample.newline}` },
    { name: 'oci-layout', body: sample.ociLayout },
    ...(sample.repositories === undefined
      ? []
      : [{ name: 'repositories', body: JSON.stringify(sample.repositories) }]),
  ];
  const sorted = [...blobs.values(), ...documents, ...sample.extraMembers].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
  return (sample.reverse ? sorted.reverse() : sorted).map(sample.member);
}

function attest(
  { predicate, artifact }: { readonly predicate: string; readonly artifact: boolean },
  subject: { readonly digest: string },
  add: (body: string) => { readonly digest: string; readonly size: number },
): object {
  const layers = [
    {
      mediaType: 'application/vnd.in-toto+json',
      ...add(`{"predicateType":"${predicate}"}`),
      annotations: { 'in-toto.io/predicate-type': predicate },
    },
  ];
  const config = {
    mediaType: artifact ? 'application/vnd.oci.empty.v1+json' : `${OCI}.config.v1+json`,
    ...add(artifact ? '{}' : '{"architecture":"unknown","os":"unknown"}'),
  };
  const manifest = add(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      ...(artifact && { artifactType: 'application/vnd.docker.attestation.manifest.v1+json' }),
      config,
      layers,
    }),
  );
  return {
    mediaType: `${OCI}.manifest.v1+json`,
    ...manifest,
    platform: { architecture: 'unknown', os: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': subject.digest,
    },
  };
}
