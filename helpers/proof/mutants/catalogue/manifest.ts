import { changeLayer, changeLayers, edit, remove, rewrite, set, together } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft } from '../draft.ts';
import { getAt, imageAt, layerAt, listAt, setAt } from '../edit.ts';
import { goldenConfig } from '../golden.ts';
import { DOCKER, OCI } from '../media.ts';
import { gzip } from '../write-image.ts';
import { zstdFrame } from '../zstd-frame.ts';

type Ids =
  | `manifest.${'object' | 'schema-version' | 'unambiguous' | 'media-type' | 'media-type-set' | 'config-set' | 'layers-array' | 'layers-not-empty' | 'artifact-type' | 'config-media-type' | 'layer-media-type' | 'layer-type-known' | 'one-family' | 'media-type-family' | 'layer-compression'}`
  | `attestation.${'platform' | 'reference-type' | 'reference-digest' | 'subject' | 'order' | 'unique'}`;

const REFERENCE_TYPE = '/manifests/1/annotations/vnd.docker.reference.type';
const REFERENCE_DIGEST = '/manifests/1/annotations/vnd.docker.reference.digest';

export const MANIFEST_MUTANTS: MutantsOf<Ids> = {
  'manifest.object': [
    {
      name: 'the manifest is a list',
      form: 'hybrid',
      apply: rewrite('manifest', (text) => `[${text}]`),
    },
  ],
  'manifest.schema-version': [
    {
      name: 'schemaVersion is 1',
      form: 'oci',
      apply: set('manifest', '/schemaVersion', 1),
    },
  ],
  'manifest.media-type': [
    {
      name: 'mediaType is that of a Docker manifest, its descriptor says OCI',
      form: 'oci',
      company: ['manifest.one-family', 'manifest.media-type-family'],
      apply: set('manifest', '/mediaType', DOCKER.manifest),
    },
    {
      name: 'mediaType is that of an index',
      form: 'oci',
      apply: set('manifest', '/mediaType', OCI.index),
    },
    {
      name: 'its descriptor calls it an index',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/mediaType', OCI.index),
    },
  ],
  'manifest.unambiguous': [
    {
      name: 'a manifest has layers of the first schema too',
      form: 'oci',
      apply: set('manifest', '/fsLayers', []),
    },
    {
      name: 'a manifest has fsLayers with an entry',
      form: 'containerd',
      apply: set('manifest', '/fsLayers', [{ blobSum: 'sha256:0' }]),
    },
    {
      name: 'an index has layers too',
      form: 'containerd',
      apply: set('index', '/layers', []),
    },
  ],
  'manifest.media-type-set': [
    {
      name: 'the manifest has no mediaType',
      form: 'oci',
      apply: remove('manifest', '/mediaType'),
    },
  ],
  'manifest.config-set': [
    {
      name: 'the manifest of a docker-dir has no config',
      form: 'docker-dir',
      apply: remove('manifest', '/config'),
    },
    {
      name: 'the manifest has no config',
      form: 'hybrid',
      apply: remove('manifest', '/config'),
    },
  ],
  'manifest.layers-array': [
    {
      name: 'the manifest has no layers',
      form: 'hybrid',
      apply: remove('manifest', '/layers'),
    },
    { name: 'layers is an object', form: 'oci', apply: set('manifest', '/layers', {}) },
  ],
  'manifest.layers-not-empty': [
    {
      name: 'an image without layers',
      form: 'containerd',
      company: ['start.program'],
      apply(draft) {
        imageAt(draft).layers = [];
        imageAt(draft).config = goldenConfig(0);
        draft.edit.manifest = (value) => setAt(value, '/layers', null);
        draft.edit.manifestJson = (list) => setAt(list, '/0/Layers', null);
        draft.edit.config = (config) => setAt(config, '/rootfs/diff_ids', null);
      },
    },
  ],
  'manifest.artifact-type': [
    {
      name: 'an attestation with the empty config has no artifactType',
      form: 'containerd',
      apply: remove('attestation', '/artifactType'),
    },
    {
      name: 'artifactType is no media type',
      form: 'oci',
      apply: set('manifest', '/artifactType', 'an image'),
    },
  ],
  'manifest.config-media-type': [
    {
      name: 'the config of an image is plain JSON',
      form: 'hybrid',
      apply: set('manifest', '/config/mediaType', 'application/json'),
    },
    {
      name: 'the config of an image has a type of its own',
      form: 'hybrid',
      apply: set('manifest', '/config/mediaType', 'application/vnd.example.config.v1+json'),
    },
  ],
  'manifest.layer-media-type': [
    {
      name: 'a layer has the type of zstd that Docker made up',
      form: 'oci',
      company: ['index.manifest-media-type'],
      apply: (draft) => {
        layerAt(draft, 0).mediaType = DOCKER.gzipLayer;
        layerAt(draft, 1).store = zstdFrame;
        dockerManifest(draft, { config: DOCKER.config });
        layerAt(draft, 1).mediaType = DOCKER.zstdLayer;
      },
    },
  ],
  'manifest.layer-type-known': [
    {
      name: 'a layer has the type of a tar',
      form: 'hybrid',
      apply: set('manifest', '/layers/1/mediaType', 'application/x-tar'),
    },
    {
      name: 'a layer has the type of gzip',
      form: 'oci',
      apply: set('manifest', '/layers/0/mediaType', 'application/gzip'),
    },
  ],
  'manifest.one-family': [
    {
      name: 'an OCI manifest has Docker layers',
      form: 'containerd',
      apply: changeLayers({ mediaType: DOCKER.gzipLayer }),
    },
    {
      name: 'an OCI manifest has Docker layers, in a layout',
      form: 'oci',
      apply: changeLayers({ mediaType: DOCKER.gzipLayer }),
    },
    {
      name: 'a Docker manifest has an OCI config',
      form: 'oci',
      company: ['index.manifest-media-type'],
      apply: (draft) => dockerManifest(draft, { layer: DOCKER.gzipLayer }),
    },
  ],
  'manifest.media-type-family': [
    {
      name: 'a Docker manifest has OCI layers',
      form: 'oci',
      company: ['index.manifest-media-type'],
      apply: (draft) => dockerManifest(draft, { config: DOCKER.config }),
    },
    {
      name: 'an OCI manifest has a Docker config',
      form: 'oci',
      apply: set('manifest', '/config/mediaType', DOCKER.config),
    },
  ],
  'manifest.layer-compression': [
    {
      name: 'a layer with the type of gzip is not compressed',
      form: 'containerd',
      apply: changeLayer(1, { store: (tar) => tar }),
    },
    {
      name: 'a layer with the plain type is compressed',
      form: 'containerd',
      apply: changeLayer(1, { mediaType: OCI.layer }),
    },
    {
      name: 'a zstd layer with the type of gzip',
      form: 'containerd',
      apply: changeLayer(1, { store: zstdFrame }),
    },
    {
      name: 'a gzip layer with the type of zstd',
      form: 'containerd',
      apply: together(changeLayer(1, { mediaType: OCI.zstdLayer }), changeLayer(1, { store: gzip })),
    },
  ],
  'attestation.platform': [
    {
      name: 'the attestation has the platform of the image',
      form: 'containerd',
      apply: set('index', '/manifests/1/platform', { architecture: 'amd64', os: 'linux' }),
    },
  ],
  'attestation.reference-type': [
    {
      name: 'the type of the attestation is another word',
      form: 'containerd',
      apply: set('index', REFERENCE_TYPE, 'attestation'),
    },
  ],
  'attestation.reference-digest': [
    {
      name: 'the attestation names a manifest that is not there',
      form: 'containerd',
      apply: set('index', REFERENCE_DIGEST, `sha256:${'0'.repeat(64)}`),
    },
    {
      name: 'the attestation names itself',
      form: 'containerd',
      apply: set('index', REFERENCE_DIGEST, (value) => getAt(value, '/manifests/1/digest')),
    },
    {
      name: 'the attestation names no manifest',
      form: 'containerd',
      apply: remove('index', REFERENCE_DIGEST),
    },
  ],
  'attestation.subject': [
    {
      name: 'subject is the attestation of another manifest',
      form: 'containerd',
      apply: set('attestation', '/subject/digest', `sha256:${'1'.repeat(64)}`),
    },
  ],
  'attestation.order': [
    {
      name: 'the attestation stands first',
      form: 'containerd',
      apply: edit('index', (value) => void listAt(value, '/manifests').reverse()),
    },
  ],
  'attestation.unique': [
    {
      name: 'the attestation is listed twice',
      form: 'containerd',
      apply: edit('index', (value) =>
        listAt(value, '/manifests').push(structuredClone(getAt(value, '/manifests/1'))),
      ),
    },
  ],
};

/** A manifest of Docker's schema 2, with these types in it. */
function dockerManifest(draft: Draft, { config, layer }: { config?: string; layer?: string }): void {
  draft.edit.indexJson = (list) => setAt(list, '/manifests/0/mediaType', DOCKER.manifest);
  draft.edit.manifest = (value) => {
    setAt(value, '/mediaType', DOCKER.manifest);
    if (config !== undefined) setAt(value, '/config/mediaType', config);
  };
  if (layer !== undefined) for (const each of imageAt(draft).layers) each.mediaType = layer;
}
