import type { FactId } from '../../../../helpers/gate/observations/catalogue.ts';
import { SAMPLE, type Sample } from './sample-archive.ts';
import type { TarMember } from './tar-bytes.ts';

/** Two archives that differ in what one fact reads; `company` are facts that cannot but differ too. */
export interface Difference {
  readonly from?: Partial<Sample>;
  readonly to: Partial<Sample>;
  readonly company?: readonly FactId[];
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

/** The types demand a difference for every fact that an archive shows. */
export const DIFFERENCES: Readonly<
  Record<Exclude<FactId, 'fact.image-id' | 'fact.save-repeats'>, Difference>
> = {
  'fact.documents': {
    to: { repositories: {} },
    company: [
      'fact.repositories',
      'fact.members',
      'fact.member-types',
      'fact.member-modes',
      'fact.member-mtimes',
    ],
  },
  'fact.trailing-newline': { to: { newline: '\n' } },
  // The white space is a sign by which the producer is told.
  'fact.layout': {
    to: { ociLayout: '{"imageLayoutVersion": "1.0.0"}' },
    company: ['fact.oci-layout-bytes'],
  },
  'fact.oci-layout-bytes': { to: { ociLayout: '{"imageLayoutVersion":"1.0.0" }' } },
  'fact.repositories': {
    from: { repositories: {} },
    to: { repositories: { x: { '1': 'f'.repeat(64) } } },
  },
  'fact.manifest-json-keys': {
    to: { dockerEntry: { ...SAMPLE.dockerEntry, Parent: `sha256:${'0'.repeat(64)}` } },
  },
  'fact.layer-sources': { to: { layerSources: true }, company: ['fact.layout', 'fact.manifest-json-keys'] },
  'fact.layer-paths': {
    from: { dockerEntry: { Config: 'x.json', RepoTags: ['x:1'] } },
    to: { dockerEntry: { Config: 'y.json', RepoTags: ['x:1'] } },
  },
  'fact.repo-tags': { to: { dockerEntry: { RepoTags: ['localhost/x:1'] } } },
  'fact.ref-name': {
    to: {
      manifestDescriptor: {
        annotations: {
          'io.containerd.image.name': 'docker.io/library/x:1',
          'org.opencontainers.image.ref.name': 'localhost/x:1',
        },
      },
    },
  },
  'fact.containerd-name': {
    to: { manifestDescriptor: { annotations: { 'org.opencontainers.image.ref.name': '1' } } },
    company: ['fact.index-annotations'],
  },
  'fact.index-annotations': {
    to: {
      manifestDescriptor: {
        annotations: {
          ...(SAMPLE.manifestDescriptor['annotations'] as object),
          'io.containerd.manifest.subject': `sha256:${'0'.repeat(64)}`,
        },
      },
    },
  },
  'fact.index-target': { to: { nested: true } },
  'fact.descriptor-keys': { to: { manifestDescriptor: { ...SAMPLE.manifestDescriptor, urls: [] } } },
  'fact.compression-of-archive': { to: { gzipArchive: true } },
  'fact.members': {
    to: { extraMembers: [{ name: 'version', body: 'x' }] },
    company: ['fact.documents', 'fact.member-types', 'fact.member-modes', 'fact.member-mtimes'],
  },
  'fact.member-order': { to: { reverse: true } },
  'fact.member-types': {
    from: { extraMembers: [{ name: 'ingest/', type: '5' }] },
    to: { extraMembers: [{ name: 'ingest/', type: '2', linkname: 'blobs' }] },
  },
  'fact.member-modes': { to: { member: (member) => (isBlob(member) ? { ...member, mode: 0o666 } : member) } },
  'fact.member-mode-type-bits': { to: { member: (member) => ({ ...member, mode: 0o100644 }) } },
  'fact.member-mtimes': { to: { member: (member) => ({ ...member, mtime: 1_700_000_000 }) } },
  'fact.member-owners': { to: { member: (member) => ({ ...member, uname: 'root' }) } },
  'fact.tar-format': { to: { member: (member) => ({ ...member, magic: 'ustar  \0' }) } },
  'fact.manifest-media-types': {
    to: { manifest: { schemaVersion: 2, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' } },
  },
  'fact.config-media-types': { to: { configMediaType: 'application/vnd.docker.container.image.v1+json' } },
  'fact.layer-media-types': { to: { layerMediaType: 'application/vnd.docker.image.rootfs.diff.tar' } },
  'fact.layer-compression': {
    from: { layerMediaType: `${OCI}.layer.v1.tar+gzip` },
    to: { layerMediaType: `${OCI}.layer.v1.tar+gzip`, gzipLayers: true },
  },
  'fact.attestations': {
    from: { attestation: attested },
    to: { attestation: { ...attested, artifact: true } },
  },
  'fact.attestation-predicates': {
    from: { attestation: attested },
    to: { attestation: { ...attested, predicate: 'https://slsa.dev/provenance/v1' } },
  },
  'fact.manifest-annotations': { to: { manifest: { ...SAMPLE.manifest, annotations: { a: 'b' } } } },
  'fact.digest-algorithms': {
    to: { algorithm: 'sha512' },
    // Names of more than 100 bytes need a pax header.
    company: [
      'fact.members',
      'fact.member-types',
      'fact.member-modes',
      'fact.member-mtimes',
      'fact.layer-paths',
      'fact.tar-format',
    ],
  },
  'fact.config-keys': { to: { config: { ...SAMPLE.config, container: 'x' } } },
  'fact.runtime-config-keys': { to: runtime({ OnBuild: null }) },
  'fact.docker-version': {
    to: { config: { ...SAMPLE.config, docker_version: '28.5.2' } },
    company: ['fact.config-keys'],
  },
  'fact.path-default': { to: runtime({ Env: ['PATH=/usr/bin'] }) },
  'fact.working-dir-default': { to: runtime({ WorkingDir: '' }) },
  'fact.entrypoint-default': { to: runtime({ Entrypoint: [] }), company: ['fact.runtime-config-keys'] },
  'fact.labels': {
    from: runtime({ Labels: {} }),
    to: runtime({ Labels: { 'io.buildah.version': '1.43.2' } }),
  },
  'fact.created': { to: { config: { ...SAMPLE.config, created: null } } },
  'fact.history-wording': {
    to: {
      config: {
        ...SAMPLE.config,
        history: [
          { created: 'x', created_by: '/bin/sh -c #(nop) COPY file', comment: 'buildkit.dockerfile.v0' },
        ],
      },
    },
  },
  'fact.history-comments': {
    from: { config: { ...SAMPLE.config, history: [{ comment: 'buildkit.dockerfile.v0' }] } },
    to: { config: { ...SAMPLE.config, history: [{ comment: 'FROM scratch' }] } },
  },
  'fact.history-keys': {
    from: { config: { ...SAMPLE.config, history: [{ created_by: 'x' }] } },
    to: { config: { ...SAMPLE.config, history: [{ created_by: 'x', empty_layer: true }] } },
  },
  'fact.layer-count': { to: { layers: SAMPLE.layers.concat([[{ name: 'c', body: 'c' }]]) } },
  'fact.layer-tar-format': { to: eachEntry((entry) => ({ ...entry, magic: 'ustar  \0' })) },
  'fact.layer-mode-type-bits': { to: eachEntry((entry) => ({ ...entry, mode: 0o100644 })) },
  'fact.layer-owner-names': { to: eachEntry((entry) => ({ ...entry, uname: 'games' })) },
  'fact.layer-directories': { to: { layers: [[{ name: 'a', body: 'a' }], [{ name: 'b', body: 'b' }]] } },
  'fact.layer-pax-keys': {
    from: eachEntry((entry) => ({ ...entry, pax: { 'SCHILY.xattr.user.a': 'x' } })),
    to: eachEntry((entry) => ({ ...entry, pax: { 'SCHILY.xattr.user.b': 'x' } })),
  },
  'fact.layer-mtime-precision': {
    from: eachEntry((entry) => ({ ...entry, pax: { mtime: '981173106' } })),
    to: eachEntry((entry) => ({ ...entry, pax: { mtime: '981173106.789' } })),
  },
  'fact.layer-trailer': { to: { layerZeroBlocks: 20 } },
  'fact.unknown-members': {
    to: { extraMembers: [{ name: 'signatures.json', body: '{}' }] },
    company: ['fact.members', 'fact.member-types', 'fact.member-modes', 'fact.member-mtimes'],
  },
  'fact.unknown-keys': {
    to: { manifest: { ...SAMPLE.manifest, futureKey: 1 } },
  },
  'fact.unknown-media-types': {
    to: { layerMediaType: 'application/x-layer' },
    company: ['fact.layer-media-types'],
  },
  'fact.unreferenced-blobs': {
    to: { extraMembers: [{ name: `blobs/sha256/${'e'.repeat(64)}`, body: 'e' }] },
  },
};
