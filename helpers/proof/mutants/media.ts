/** Media types as the golden archives write them. */
export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  gzipLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstdLayer: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const;

export const DOCKER = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  gzipLayer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  zstdLayer: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  attestation: 'application/vnd.docker.attestation.manifest.v1+json',
} as const;
