import { createHash } from 'node:crypto';
import type { Json } from '../../../helpers/common/json.ts';
import { entry, pax, tar } from './tar/build.ts';

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A member of this name and content. */
export function member(name: string, content: Uint8Array | string): Uint8Array {
  return entry({ name, content });
}

export function json(name: string, value: Json): Uint8Array {
  return member(name, JSON.stringify(value));
}

export const LAYER = tar(entry({ name: 'hello.txt', content: 'hello\n' }));

/** A docker archive of one image whose layers are these members. */
export function dockerArchive(
  layers: readonly Uint8Array[],
  diffIds = layers.map((layer) => `sha256:${sha256(layer)}`),
): Uint8Array {
  const names = layers.map((_, position) => `layer-${position}.tar`);
  return tar(
    json('config.json', {
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: diffIds },
    }),
    ...layers.map((layer, position) => member(names[position] ?? '', layer)),
    json('manifest.json', [{ Config: 'config.json', RepoTags: ['a:1'], Layers: names }]),
  );
}

/** Members of an OCI layout of one image with one layer; `algorithm` names its digests. */
export function ociMembers(
  layer: Uint8Array,
  mediaType: string,
  algorithm = 'sha256',
): readonly Uint8Array[] {
  const put = (content: Uint8Array | string) => {
    const encoded = createHash(algorithm).update(content).digest('hex');
    const path = `blobs/${algorithm}/${encoded}`;
    // The name of a sha512 blob does not fit into the header.
    const blob =
      path.length > 100 ? Buffer.concat([pax({ path }), entry({ content })]) : member(path, content);
    return { blob, digest: `${algorithm}:${encoded}`, size: Buffer.from(content).length };
  };
  const stored = put(layer);
  const diffId = `${algorithm}:${createHash(algorithm).update(LAYER).digest('hex')}`;
  const config = put(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [diffId] } }),
  );
  const describe = (type: string, { digest, size }: { digest: string; size: number }) => ({
    mediaType: type,
    digest,
    size,
  });
  const manifest = put(
    JSON.stringify({
      schemaVersion: 2,
      config: describe('application/vnd.oci.image.config.v1+json', config),
      layers: [describe(mediaType, stored)],
    }),
  );
  const index = {
    schemaVersion: 2,
    manifests: [describe('application/vnd.oci.image.manifest.v1+json', manifest)],
  };
  return [
    stored.blob,
    config.blob,
    manifest.blob,
    json('index.json', index),
    member('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
  ];
}
