import type { ObservationId } from '../../../../helpers/gate/observations/observations.ts';
import { SAMPLE, type Sample } from './sample-archive.ts';
import type { TarMember } from './tar-bytes.ts';

/** Two archives that differ in what one observation reads; `company` are observations that cannot but differ too. */
export interface Difference {
  readonly from?: Partial<Sample>;
  readonly to: Partial<Sample>;
  readonly company?: readonly ObservationId[];
}

const OCI = 'application/vnd.oci.image';
const runtime = (change: object) => ({
  config: { ...SAMPLE.config, config: { ...(SAMPLE.config['config'] as object), ...change } },
});
const eachEntry = (change: (entry: TarMember) => TarMember) => ({
  layers: SAMPLE.layers.map((entries) => entries.map(change)),
});
const isBlob = ({ name }: TarMember) => name.startsWith('blobs/');
const attested = { predicate: 'https://slsa.dev/provenance/v0.2', artifact: false };

/** The types demand a difference for every observation that an archive shows. */
export const DIFFERENCES: Readonly<
  Record<Exclude<ObservationId, 'observation.image-id' | 'observation.save-repeats'>, Difference>
> = {
  'observation.documents': {
    to: { repositories: {} },
    company: [
      'observation.repositories',
      'observation.members',
      'observation.member-types',
      'observation.member-modes',
      'observation.member-mtimes',
    ],
  },
  'observation.trailing-newline': { to: { newline: '\n' } },
  // The producer is recognised by its white space, among other signs.
  'observation.layout': {
    to: { ociLayout: '{"imageLayoutVersion": "1.0.0"}' },
    company: ['observation.oci-layout-bytes'],
  },
  'observation.oci-layout-bytes': { to: { ociLayout: '{"imageLayoutVersion":"1.0.0" }' } },
  'observation.repositories': {
    from: { repositories: {} },
    to: { repositories: { x: { '1': 'f'.repeat(64) } } },
  },
  'observation.manifest-json-keys': {
    to: { dockerEntry: { ...SAMPLE.dockerEntry, Parent: `sha256:${'0'.repeat(64)}` } },
  },
  'observation.layer-sources': {
    to: { layerSources: true },
    company: ['observation.layout', 'observation.manifest-json-keys'],
  },
  'observation.layer-paths': {
    from: { dockerEntry: { Config: 'x.json', RepoTags: ['x:1'] } },
    to: { dockerEntry: { Config: 'y.json', RepoTags: ['x:1'] } },
  },
  'observation.repo-tags': { to: { dockerEntry: { RepoTags: ['localhost/x:1'] } } },
  'observation.ref-name': {
    to: {
      manifestDescriptor: {
        annotations: {
          'io.containerd.image.name': 'docker.io/library/x:1',
          'org.opencontainers.image.ref.name': 'localhost/x:1',
        },
      },
    },
  },
  'observation.containerd-name': {
    to: { manifestDescriptor: { annotations: { 'org.opencontainers.image.ref.name': '1' } } },
    company: ['observation.index-annotations'],
  },
  'observation.index-annotations': {
    to: {
      manifestDescriptor: {
        annotations: {
          ...(SAMPLE.manifestDescriptor['annotations'] as object),
          'io.containerd.manifest.subject': `sha256:${'0'.repeat(64)}`,
        },
      },
    },
  },
  'observation.index-target': { to: { nested: true } },
  'observation.descriptor-keys': { to: { manifestDescriptor: { ...SAMPLE.manifestDescriptor, urls: [] } } },
  'observation.compression-of-archive': { to: { gzipArchive: true } },
  'observation.members': {
    to: { extraMembers: [{ name: 'version', body: 'x' }] },
    company: [
      'observation.documents',
      'observation.member-types',
      'observation.member-modes',
      'observation.member-mtimes',
    ],
  },
  'observation.member-order': { to: { reverse: true } },
  'observation.member-types': {
    from: { extraMembers: [{ name: 'ingest/', type: '5' }] },
    to: { extraMembers: [{ name: 'ingest/', type: '2', linkname: 'blobs' }] },
  },
  'observation.member-modes': {
    to: { member: (member) => (isBlob(member) ? { ...member, mode: 0o666 } : member) },
  },
  'observation.member-mode-type-bits': { to: { member: (member) => ({ ...member, mode: 0o100644 }) } },
  'observation.member-mtimes': { to: { member: (member) => ({ ...member, mtime: 1_700_000_000 }) } },
  'observation.member-owners': { to: { member: (member) => ({ ...member, uname: 'root' }) } },
  'observation.tar-format': { to: { member: (member) => ({ ...member, magic: 'ustar  \0' }) } },
  'observation.manifest-media-types': {
    to: { manifest: { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' } },
  },
  'observation.config-media-types': {
    to: { configMediaType: 'application/vnd.docker.container.image.v1+json' },
  },
  'observation.layer-media-types': { to: { layerMediaType: 'application/vnd.docker.image.rootfs.diff.tar' } },
  'observation.layer-compression': {
    from: { layerMediaType: `${OCI}.layer.v1.tar+gzip` },
    to: { layerMediaType: `${OCI}.layer.v1.tar+gzip`, gzipLayers: true },
  },
  'observation.attestations': {
    from: { attestation: attested },
    to: { attestation: { ...attested, artifact: true } },
  },
  'observation.attestation-predicates': {
    from: { attestation: attested },
    to: { attestation: { ...attested, predicate: 'https://slsa.dev/provenance/v1' } },
  },
  'observation.manifest-annotations': { to: { manifest: { ...SAMPLE.manifest, annotations: { a: 'b' } } } },
  'observation.digest-algorithms': {
    to: { algorithm: 'sha512' },
    // Names of more than 100 bytes need a pax header.
    company: [
      'observation.members',
      'observation.member-types',
      'observation.member-modes',
      'observation.member-mtimes',
      'observation.layer-paths',
      'observation.tar-format',
    ],
  },
  'observation.config-keys': { to: { config: { ...SAMPLE.config, container: 'x' } } },
  'observation.runtime-config-keys': { to: runtime({ OnBuild: null }) },
  'observation.docker-version': {
    to: { config: { ...SAMPLE.config, docker_version: '28.5.2' } },
    company: ['observation.config-keys'],
  },
  'observation.path-default': { to: runtime({ Env: ['PATH=/usr/bin'] }) },
  'observation.working-dir-default': { to: runtime({ WorkingDir: '' }) },
  'observation.entrypoint-default': {
    to: runtime({ Entrypoint: [] }),
    company: ['observation.runtime-config-keys'],
  },
  'observation.labels': {
    from: runtime({ Labels: {} }),
    to: runtime({ Labels: { 'io.buildah.version': '1.43.2' } }),
  },
  'observation.created': { to: { config: { ...SAMPLE.config, created: null } } },
  'observation.history-wording': {
    to: {
      config: {
        ...SAMPLE.config,
        history: [
          { created: 'x', created_by: '/bin/sh -c #(nop) COPY file', comment: 'buildkit.dockerfile.v0' },
        ],
      },
    },
  },
  'observation.history-comments': {
    from: { config: { ...SAMPLE.config, history: [{ comment: 'buildkit.dockerfile.v0' }] } },
    to: { config: { ...SAMPLE.config, history: [{ comment: 'FROM scratch' }] } },
  },
  'observation.history-keys': {
    from: { config: { ...SAMPLE.config, history: [{ created_by: 'x' }] } },
    to: { config: { ...SAMPLE.config, history: [{ created_by: 'x', empty_layer: true }] } },
  },
  'observation.layer-count': { to: { layers: SAMPLE.layers.concat([[{ name: 'c', body: 'c' }]]) } },
  'observation.layer-tar-format': { to: eachEntry((entry) => ({ ...entry, magic: 'ustar  \0' })) },
  'observation.layer-mode-type-bits': { to: eachEntry((entry) => ({ ...entry, mode: 0o100644 })) },
  'observation.layer-owner-names': { to: eachEntry((entry) => ({ ...entry, uname: 'games' })) },
  'observation.layer-directories': {
    to: { layers: [[{ name: 'a', body: 'a' }], [{ name: 'b', body: 'b' }]] },
  },
  'observation.layer-pax-keys': {
    from: eachEntry((entry) => ({ ...entry, pax: { 'SCHILY.xattr.user.a': 'x' } })),
    to: eachEntry((entry) => ({ ...entry, pax: { 'SCHILY.xattr.user.b': 'x' } })),
  },
  'observation.layer-mtime-precision': {
    from: eachEntry((entry) => ({ ...entry, pax: { mtime: '981173106' } })),
    to: eachEntry((entry) => ({ ...entry, pax: { mtime: '981173106.789' } })),
  },
  'observation.layer-trailer': { to: { layerZeroBlocks: 20 } },
  'observation.unknown-members': {
    to: { extraMembers: [{ name: 'signatures.json', body: '{}' }] },
    company: [
      'observation.members',
      'observation.member-types',
      'observation.member-modes',
      'observation.member-mtimes',
    ],
  },
  'observation.unknown-keys': {
    to: { manifest: { ...SAMPLE.manifest, futureKey: 1 } },
  },
  'observation.unknown-media-types': {
    to: { layerMediaType: 'application/x-layer' },
    company: ['observation.layer-media-types'],
  },
  'observation.unreferenced-blobs': {
    to: { extraMembers: [{ name: `blobs/sha256/${'e'.repeat(64)}`, body: 'e' }] },
  },
};
