import { digestOf } from '../../../archive/digest.ts';
import type { Draft, MutableObject } from '../draft.ts';
import { DOCKER, OCI } from '../media.ts';
import type { TarItem } from '../tar-writer.ts';
import {
  blobName,
  descriptor,
  hexOf,
  serialise,
  sortedMembers,
  type WrittenImage,
  writeArchive,
  writeImage,
  writeManifest,
} from '../write-image.ts';
import { v1Placeholder } from './legacy.ts';

/** Archives that are OCI layouts: hybrid (Docker 25 to 29), containerd store, and buildx `type=oci`. */
export function renderLayout(draft: Draft): Uint8Array {
  const { form } = draft;
  const mode = form === 'containerd' ? 0o444 : 0o644;
  const blobs = new Map<string, TarItem>();
  const addBlob = (content: string | Uint8Array) => {
    const path = blobName(digestOf(content));
    blobs.set(path, { path, content, mode });
  };
  const images = draft.images.map((image, position) =>
    writeImage(draft, image, position, form === 'hybrid' ? 'none' : 'gzip'),
  );
  const roots = images.flatMap((image, position) => {
    const manifest = writeManifest(draft, image, position);
    for (const content of [image.configText, manifest, ...image.layers.map(({ bytes }) => bytes)])
      addBlob(content);
    // Docker keeps the v1 JSON of each layer, though nothing refers to it.
    if (form === 'hybrid') for (const [index] of image.layers.entries()) addBlob(v1Placeholder(image, index));
    const platform = { architecture: image.config['architecture'] ?? '', os: image.config['os'] ?? '' };
    const own = descriptor(OCI.manifest, manifest);
    const root = draft.attested
      ? attest(draft, { ...own, platform }, addBlob)
      : form === 'oci'
        ? { ...own, platform }
        : own;
    return nameRoots(draft, root, image);
  });
  const indexJson: MutableObject = { schemaVersion: 2, mediaType: OCI.index, manifests: roots };
  draft.edit.indexJson?.(indexJson);
  const layout: MutableObject = { imageLayoutVersion: '1.0.0' };
  draft.edit.ociLayout?.(layout);
  const layoutText = JSON.stringify(layout);
  const files: TarItem[] = [
    { path: 'blobs/', type: 'directory' },
    { path: 'blobs/sha256/', type: 'directory' },
    ...blobs.values(),
    { path: 'index.json', content: serialise(draft, 'indexJson', indexJson) },
    { path: 'oci-layout', content: form === 'hybrid' ? layoutText.replace(':', ': ') : layoutText, mode },
    ...(form === 'oci' ? [] : [{ path: 'manifest.json', content: manifestJson(draft, images) }]),
    ...(form === 'hybrid' ? repositories(draft, images) : []),
  ];
  return writeArchive(draft, sortedMembers(files));
}

/** An index of the image and, as BuildKit 0.32 writes it, the manifest of its provenance. */
function attest(draft: Draft, image: MutableObject, addBlob: (content: string) => void): MutableObject {
  const statement = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [],
    predicate: {},
  });
  const { platform: _platform, ...subject } = image;
  const attestation: MutableObject = {
    schemaVersion: 2,
    mediaType: OCI.manifest,
    artifactType: DOCKER.attestation,
    config: { ...descriptor(OCI.empty, '{}'), data: 'e30=' },
    layers: [
      {
        ...descriptor('application/vnd.in-toto+json', statement),
        annotations: { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v1' },
      },
    ],
    subject,
  };
  draft.edit.attestation?.(attestation);
  const text = JSON.stringify(attestation);
  const index: MutableObject = {
    schemaVersion: 2,
    mediaType: OCI.index,
    manifests: [
      image,
      {
        ...descriptor(OCI.manifest, text),
        annotations: {
          'vnd.docker.reference.digest': image['digest'] ?? '',
          'vnd.docker.reference.type': 'attestation-manifest',
        },
        platform: { architecture: 'unknown', os: 'unknown' },
      },
    ],
  };
  draft.edit.index?.(index);
  const indexText = serialise(draft, 'index', index);
  for (const content of ['{}', statement, text, indexText]) addBlob(content);
  return descriptor(OCI.index, indexText);
}

/** One descriptor for each tag; one without a name when there is none. */
function nameRoots({ form }: Draft, root: MutableObject, { tags, config }: WrittenImage): MutableObject[] {
  const created = form === 'oci' ? { 'org.opencontainers.image.created': config['created'] ?? '' } : {};
  if (tags.length === 0) return [form === 'oci' ? { ...root, annotations: created } : root];
  return tags.map((name) => ({
    ...root,
    annotations: {
      'io.containerd.image.name': `docker.io/${name}`,
      ...created,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    },
  }));
}

function manifestJson(draft: Draft, images: readonly WrittenImage[]): string {
  const isHybrid = draft.form === 'hybrid';
  const list = images.map(({ configDigest, tags, layers }): MutableObject => {
    const sources = Object.fromEntries(
      layers.map(({ diffId, mediaType, bytes }) => [diffId, descriptor(mediaType, bytes)]),
    );
    return {
      Config: blobName(configDigest),
      RepoTags: tags.length > 0 ? [...tags] : null,
      Layers: layers.map(({ digest }) => blobName(digest)),
      ...(isHybrid && layers.length > 0 ? { LayerSources: sources } : {}),
    };
  });
  draft.edit.manifestJson?.(list);
  return serialise(draft, 'manifestJson', list) + (isHybrid ? '\n' : '');
}

/** `repositories` with the diffID of the top layer, as Docker 25 to 29 writes it. */
function repositories(draft: Draft, images: readonly WrittenImage[]): TarItem[] {
  const content: MutableObject = {};
  for (const { tags, layers } of images) {
    for (const name of tags) {
      const colon = name.lastIndexOf(':');
      content[name.slice(0, colon)] = { [name.slice(colon + 1)]: hexOf(layers.at(-1)?.diffId ?? '') };
    }
  }
  draft.edit.repositories?.(content);
  return Object.keys(content).length > 0
    ? [{ path: 'repositories', content: `${JSON.stringify(content)}\n` }]
    : [];
}
