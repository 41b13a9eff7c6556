import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { digestOf } from '../../../archive/digest.ts';
import {
  addMembers,
  changeBytes,
  changeDraft,
  changeLayers,
  dropMembers,
  edit,
  remove,
  rewrite,
  set,
  together,
} from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft } from '../draft.ts';
import { getAt, imageAt, layerAt, memberAt, pushAt, setAt } from '../edit.ts';
import { secondImage } from '../golden.ts';
import { DOCKER, OCI } from '../media.ts';
import { gzip } from '../write-image.ts';

type Ids =
  | `layout.${'marker' | 'version' | 'index-exists' | 'blobs-directory' | 'blob-digest' | 'blob-name'}`
  | `index.${'object' | 'schema-version' | 'manifests-array' | 'media-type' | 'media-type-set' | 'platform-form' | 'platform-set' | 'ref-name-place' | 'ref-name-characters' | 'ref-name-reference' | 'unique-names' | 'unique-descriptors'}`
  | `index.${'platform-types' | 'artifact-type' | 'manifest-media-type'}`
  | `descriptor.${'form' | 'media-type' | 'digest' | 'sha256' | 'size' | 'data' | 'urls'}`
  | `annotations.${'strings' | 'named-keys' | 'reserved-keys'}`;

const REF_NAME = 'org.opencontainers.image.ref.name';

export const LAYOUT_MUTANTS: MutantsOf<Ids> = {
  'layout.marker': [
    {
      name: 'oci-layout is missing',
      form: 'hybrid',
      apply: dropMembers(/^oci-layout$/),
    },
    {
      name: 'oci-layout is missing in an archive of type=oci',
      form: 'oci',
      apply: dropMembers(/^oci-layout$/),
    },
  ],
  'layout.version': [
    {
      name: 'imageLayoutVersion is 2.0.0',
      form: 'oci',
      apply: set('ociLayout', '/imageLayoutVersion', '2.0.0'),
    },
    {
      name: 'imageLayoutVersion is missing',
      form: 'oci',
      apply: remove('ociLayout', '/imageLayoutVersion'),
    },
  ],
  'layout.index-exists': [
    {
      name: 'index.json is missing',
      form: 'containerd',
      apply: dropMembers(/^index\.json$/),
    },
  ],
  'layout.blobs-directory': [
    {
      name: 'there are no blobs, and index.json is empty',
      form: 'oci',
      // Without blobs there can be no image either.
      company: ['archive.has-image'],
      apply: together(set('indexJson', '/manifests', []), dropMembers(/^blobs/)),
    },
  ],
  'layout.blob-digest': [
    {
      name: 'the config of a docker-dir was changed after the save',
      form: 'docker-dir',
      apply: changeBytes((archive) => {
        const bytes = Buffer.from(archive);
        bytes.write('slow', bytes.indexOf('MODE=fast') + 'MODE='.length);
        return bytes;
      }),
    },
    {
      name: 'a byte of a layer was changed after the save',
      form: 'hybrid',
      // The changed bytes are a layer: its diffID is another one, too.
      company: ['config.diff-id'],
      apply: changeBytes((archive) => {
        const bytes = Buffer.from(archive);
        bytes[bytes.indexOf('upper layer')] = 0x55;
        return bytes;
      }),
    },
    {
      name: 'the config was changed after the save',
      form: 'oci',
      apply: changeBytes((archive) => {
        const bytes = Buffer.from(archive);
        bytes.write('slow', bytes.indexOf('MODE=fast') + 'MODE='.length);
        return bytes;
      }),
    },
  ],
  'layout.blob-name': [
    {
      name: 'a blob is named in upper case',
      form: 'oci',
      apply: addMembers({ path: `blobs/sha256/${'AB'.repeat(32)}`, content: 'x' }),
    },
    {
      name: 'a blob is named by a short digest',
      form: 'oci',
      apply: addMembers({ path: 'blobs/sha256/abcdef', content: 'x' }),
    },
  ],
  'index.object': [
    {
      name: 'index.json is a list',
      form: 'hybrid',
      apply: rewrite('indexJson', (text) => `[${text}]`),
    },
  ],
  'index.schema-version': [
    {
      name: 'schemaVersion of index.json is 1',
      form: 'oci',
      apply: set('indexJson', '/schemaVersion', 1),
    },
    {
      name: 'schemaVersion of the index below is a string',
      form: 'containerd',
      apply: set('index', '/schemaVersion', '2'),
    },
  ],
  'index.manifests-array': [
    {
      name: 'manifests of index.json is null',
      form: 'hybrid',
      apply: set('indexJson', '/manifests', null),
    },
    {
      name: 'manifests of index.json is missing',
      form: 'hybrid',
      apply: remove('indexJson', '/manifests'),
    },
  ],
  'index.media-type': [
    {
      name: 'mediaType of index.json is that of a manifest',
      form: 'oci',
      apply: set('indexJson', '/mediaType', OCI.manifest),
    },
    {
      name: 'a descriptor calls the index below a manifest',
      form: 'containerd',
      apply: set('indexJson', '/manifests/0/mediaType', OCI.manifest),
    },
    {
      name: 'mediaType of the index below is no string',
      form: 'containerd',
      apply: set('index', '/mediaType', 7),
    },
  ],
  'index.media-type-set': [
    {
      name: 'index.json has no mediaType',
      form: 'oci',
      apply: remove('indexJson', '/mediaType'),
    },
  ],
  'index.platform-types': [
    {
      name: 'variant is a number',
      form: 'containerd',
      apply: set('index', '/manifests/0/platform/variant', 8),
    },
    {
      name: 'os.version is a number',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/platform', {
        architecture: 'amd64',
        os: 'linux',
        'os.version': 10,
      }),
    },
    {
      name: 'os.features is a string',
      form: 'containerd',
      apply: set('index', '/manifests/0/platform/os.features', 'win32k'),
    },
  ],
  'index.artifact-type': [
    {
      name: 'the type of index.json is a word',
      form: 'oci',
      apply: set('indexJson', '/artifactType', 'chart'),
    },
    {
      name: 'the type of a descriptor is a number',
      form: 'containerd',
      apply: set('index', '/manifests/0/artifactType', 1),
    },
  ],
  'index.manifest-media-type': [
    {
      name: 'an OCI index lists a Docker manifest of Docker types',
      form: 'containerd',
      apply: together(
        changeDraft({ attested: false }),
        changeLayers({ mediaType: DOCKER.gzipLayer }),
        set('manifest', '/mediaType', DOCKER.manifest),
        set('manifest', '/config/mediaType', DOCKER.config),
        set('indexJson', '/manifests/0/mediaType', DOCKER.manifest),
      ),
    },
    {
      name: 'an OCI index lists a Docker manifest',
      form: 'oci',
      company: ['manifest.one-family', 'manifest.media-type-family'],
      apply: together(
        set('manifest', '/mediaType', (_manifest) => DOCKER.manifest),
        set('indexJson', '/manifests/0/mediaType', DOCKER.manifest),
      ),
    },
  ],
  'index.platform-form': [
    {
      name: 'platform lacks its architecture',
      form: 'containerd',
      apply: remove('index', '/manifests/0/platform/architecture'),
    },
    {
      name: 'platform is a string',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/platform', 'linux/amd64'),
    },
  ],
  'index.platform-set': [
    {
      name: 'the image in an index has no platform',
      form: 'containerd',
      apply: remove('index', '/manifests/0/platform'),
    },
  ],
  'index.ref-name-place': [
    {
      name: 'a descriptor below index.json has a reference name',
      form: 'containerd',
      apply: set('index', '/manifests/0/annotations', { [REF_NAME]: '1' }),
    },
  ],
  'index.ref-name-characters': [
    {
      name: 'the reference name has a space',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/annotations', {
        [REF_NAME]: 'not a tag',
        'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      }),
    },
    {
      name: 'the reference name has a percent sign',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/annotations', {
        [REF_NAME]: 'v1%2B2',
        'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      }),
    },
  ],
  'index.ref-name-reference': [
    ...['v1.0+build', 'Example/Golden:1'].map((name) => ({
      name: `the reference name is ${name}`,
      form: 'oci' as const,
      apply: set('indexJson', '/manifests/0/annotations', {
        [REF_NAME]: name,
        'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
      }),
    })),
  ],
  'index.unique-descriptors': [
    {
      name: 'the descriptor of the image stands there twice',
      form: 'oci',
      apply: edit('indexJson', (index) =>
        pushAt(index, '/manifests', structuredClone(getAt(index, '/manifests/0'))),
      ),
    },
  ],
  'index.unique-names': [
    {
      name: 'two images have the same name',
      form: 'oci',
      company: ['start.architecture'],
      apply(draft) {
        draft.images.push({
          ...secondImage(imageAt(draft).tags[0]),
          config: structuredClone(imageAt(draft).config),
        });
      },
    },
  ],
  'descriptor.form': [
    {
      name: 'the descriptor of a layer has no size',
      form: 'oci',
      apply: remove('manifest', '/layers/0/size'),
    },
    {
      name: 'the size of a layer is negative',
      form: 'oci',
      apply: set('manifest', '/layers/0/size', -1),
    },
    {
      name: 'the descriptor of the config has no mediaType',
      form: 'oci',
      apply: remove('manifest', '/config/mediaType'),
    },
  ],
  'descriptor.media-type': [
    {
      name: 'the media type of an attachment has no subtype',
      form: 'containerd',
      apply: set('attestation', '/layers/0/mediaType', 'in-toto'),
    },
  ],
  'descriptor.digest': [
    {
      name: 'the digest of a layer is in upper case',
      form: 'oci',
      apply: set('manifest', '/layers/0/digest', (value) =>
        String(getAt(value, '/layers/0/digest')).toUpperCase().replace('SHA256', 'sha256'),
      ),
    },
    {
      name: 'the digest of the config is no digest',
      form: 'oci',
      apply: set('manifest', '/config/digest', 'latest'),
    },
  ],
  'descriptor.sha256': [{ name: 'the digest of a layer is of sha512', form: 'oci', apply: sha512Layer }],
  'descriptor.size': [
    {
      name: 'a layer descriptor says 1 byte more',
      form: 'oci',
      apply: set('manifest', '/layers/0/size', (value) => Number(getAt(value, '/layers/0/size')) + 1),
    },
    {
      name: 'the descriptor in index.json says 0 bytes',
      form: 'hybrid',
      apply: set('indexJson', '/manifests/0/size', 0),
    },
  ],
  'descriptor.data': [
    {
      name: 'the embedded config is another one',
      form: 'containerd',
      apply: set('attestation', '/config/data', 'W10='),
    },
    {
      name: 'the embedded config is not Base 64',
      form: 'containerd',
      apply: set('attestation', '/config/data', '{}'),
    },
  ],
  'descriptor.urls': [
    {
      name: 'a URL of a layer is no URI',
      form: 'oci',
      apply: set('manifest', '/layers/0/urls', ['not a URI']),
    },
  ],
  'annotations.strings': [
    {
      name: 'an annotation of the manifest is a number',
      form: 'oci',
      apply: set('manifest', '/annotations', { 'com.example.count': 1 }),
    },
    {
      name: 'annotations of index.json is a list',
      form: 'oci',
      apply: set('indexJson', '/annotations', ['a']),
    },
  ],
  'annotations.named-keys': [
    {
      name: 'an annotation of a descriptor has an empty key',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/annotations/', 'x'),
    },
  ],
  'annotations.reserved-keys': [
    {
      name: 'the manifest has an undefined key of OCI',
      form: 'oci',
      apply: set('manifest', '/annotations', { 'org.opencontainers.image.flavour': 'x' }),
    },
  ],
};

function sha512Layer(draft: Draft): void {
  const { store = gzip } = layerAt(draft, 1);
  let bytes: Uint8Array = new Uint8Array();
  layerAt(draft, 1).store = (tar) => {
    bytes = store(tar);
    return bytes;
  };
  const encoded = () => createHash('sha512').update(bytes).digest('hex');
  draft.edit.manifest = (manifest) => setAt(manifest, '/layers/1/digest', `sha512:${encoded()}`);
  draft.members = (members) => {
    const own = memberAt(members, new RegExp(`${digestOf(bytes).slice('sha256:'.length)}$`));
    // The name is longer than the field of a ustar header.
    Object.assign(own, { path: 'blobs/sha512/long', pax: { path: `blobs/sha512/${encoded()}` } });
    return members;
  };
}
