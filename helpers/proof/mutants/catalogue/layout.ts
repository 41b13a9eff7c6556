import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { digestOf } from '../../../archive/digest.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft, MutableObject } from '../draft.ts';
import { adding, getAt, imageAt, layerAt, memberAt, removeAt, setAt, without } from '../edit.ts';
import { secondImage } from '../golden.ts';
import { DOCKER, OCI } from '../media.ts';
import { gzip } from '../write-image.ts';

type Ids =
  | `layout.${'marker' | 'version' | 'index-exists' | 'blobs-directory' | 'blob-digest' | 'blob-name'}`
  | `index.${'object' | 'schema-version' | 'manifests-array' | 'media-type' | 'media-type-set' | 'platform-form' | 'platform-set' | 'ref-name-place' | 'ref-name-characters' | 'ref-name-reference' | 'unique-names'}`
  | `index.${'platform-types' | 'artifact-type' | 'manifest-media-type'}`
  | `descriptor.${'form' | 'media-type' | 'digest' | 'sha256' | 'size' | 'data' | 'urls'}`
  | `annotations.${'strings' | 'reserved-keys'}`;

const REF_NAME = 'org.opencontainers.image.ref.name';
/** Changes `index.json`. */
const root = (edit: (index: MutableObject) => void) => (draft: Draft) => {
  draft.edit.indexJson = edit;
};
/** Changes the index below it. */
const nested = (edit: (index: MutableObject) => void) => (draft: Draft) => {
  draft.edit.index = edit;
};
const manifest = (edit: (manifest: MutableObject) => void) => (draft: Draft) => {
  draft.edit.manifest = edit;
};

export const LAYOUT_MUTANTS: MutantsOf<Ids> = {
  'layout.marker': [
    {
      name: 'oci-layout is missing',
      form: 'hybrid',
      apply: (draft) => {
        draft.members = without(/^oci-layout$/);
      },
    },
    {
      name: 'oci-layout is missing in an archive of type=oci',
      form: 'oci',
      apply: (draft) => {
        draft.members = without(/^oci-layout$/);
      },
    },
  ],
  'layout.version': [
    {
      name: 'imageLayoutVersion is 2.0.0',
      form: 'oci',
      apply: (draft) => {
        draft.edit.ociLayout = (layout) => setAt(layout, '/imageLayoutVersion', '2.0.0');
      },
    },
    {
      name: 'imageLayoutVersion is missing',
      form: 'oci',
      apply: (draft) => {
        draft.edit.ociLayout = (layout) => removeAt(layout, '/imageLayoutVersion');
      },
    },
  ],
  'layout.index-exists': [
    {
      name: 'index.json is missing',
      form: 'containerd',
      apply: (draft) => {
        draft.members = without(/^index\.json$/);
      },
    },
  ],
  'layout.blobs-directory': [
    {
      name: 'there are no blobs, and index.json is empty',
      form: 'oci',
      // Without blobs there can be no image either.
      company: ['archive.has-image'],
      apply(draft) {
        draft.edit.indexJson = (index) => setAt(index, '/manifests', []);
        draft.members = without(/^blobs/);
      },
    },
  ],
  'layout.blob-digest': [
    {
      name: 'the config of a docker-dir was changed after the save',
      form: 'docker-dir',
      apply: (draft) => {
        draft.bytes = (archive) => {
          const bytes = Buffer.from(archive);
          bytes.write('slow', bytes.indexOf('MODE=fast') + 'MODE='.length);
          return bytes;
        };
      },
    },
    {
      name: 'a byte of a layer was changed after the save',
      form: 'hybrid',
      // The changed bytes are a layer: its diffID is another one, too.
      company: ['config.diff-id'],
      apply: (draft) => {
        draft.bytes = (archive) => {
          const bytes = Buffer.from(archive);
          bytes[bytes.indexOf('upper layer')] = 0x55;
          return bytes;
        };
      },
    },
    {
      name: 'the config was changed after the save',
      form: 'oci',
      apply: (draft) => {
        draft.bytes = (archive) => {
          const bytes = Buffer.from(archive);
          bytes.write('slow', bytes.indexOf('MODE=fast') + 'MODE='.length);
          return bytes;
        };
      },
    },
  ],
  'layout.blob-name': [
    {
      name: 'a blob is named in upper case',
      form: 'oci',
      apply: (draft) => {
        draft.members = adding({ path: `blobs/sha256/${'AB'.repeat(32)}`, content: 'x' });
      },
    },
    {
      name: 'a blob is named by a short digest',
      form: 'oci',
      apply: (draft) => {
        draft.members = adding({ path: 'blobs/sha256/abcdef', content: 'x' });
      },
    },
  ],
  'index.object': [
    {
      name: 'index.json is a list',
      form: 'hybrid',
      apply: (draft) => {
        draft.text.indexJson = (text) => `[${text}]`;
      },
    },
  ],
  'index.schema-version': [
    {
      name: 'schemaVersion of index.json is 1',
      form: 'oci',
      apply: root((index) => setAt(index, '/schemaVersion', 1)),
    },
    {
      name: 'schemaVersion of the index below is a string',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/schemaVersion', '2')),
    },
  ],
  'index.manifests-array': [
    {
      name: 'manifests of index.json is null',
      form: 'hybrid',
      apply: root((index) => setAt(index, '/manifests', null)),
    },
    {
      name: 'manifests of index.json is missing',
      form: 'hybrid',
      apply: root((index) => removeAt(index, '/manifests')),
    },
  ],
  'index.media-type': [
    {
      name: 'mediaType of index.json is that of a manifest',
      form: 'oci',
      apply: root((index) => setAt(index, '/mediaType', OCI.manifest)),
    },
    {
      name: 'a descriptor calls the index below a manifest',
      form: 'containerd',
      apply: root((index) => setAt(index, '/manifests/0/mediaType', OCI.manifest)),
    },
    {
      name: 'mediaType of the index below is no string',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/mediaType', 7)),
    },
  ],
  'index.media-type-set': [
    {
      name: 'index.json has no mediaType',
      form: 'oci',
      apply: root((index) => removeAt(index, '/mediaType')),
    },
  ],
  'index.platform-types': [
    {
      name: 'variant is a number',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/manifests/0/platform/variant', 8)),
    },
    {
      name: 'os.version is a number',
      form: 'oci',
      apply: root((index) =>
        setAt(index, '/manifests/0/platform', { architecture: 'amd64', os: 'linux', 'os.version': 10 }),
      ),
    },
    {
      name: 'os.features is a string',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/manifests/0/platform/os.features', 'win32k')),
    },
  ],
  'index.artifact-type': [
    {
      name: 'the type of index.json is a word',
      form: 'oci',
      apply: root((index) => setAt(index, '/artifactType', 'chart')),
    },
    {
      name: 'the type of a descriptor is a number',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/manifests/0/artifactType', 1)),
    },
  ],
  'index.manifest-media-type': [
    {
      name: 'an OCI index lists a Docker manifest',
      form: 'oci',
      company: ['manifest.one-family', 'manifest.media-type-family'],
      apply: (draft) => {
        draft.edit.manifest = (manifest) => setAt(manifest, '/mediaType', DOCKER.manifest);
        draft.edit.indexJson = (index) => setAt(index, '/manifests/0/mediaType', DOCKER.manifest);
      },
    },
  ],
  'index.platform-form': [
    {
      name: 'platform lacks its architecture',
      form: 'containerd',
      apply: nested((index) => removeAt(index, '/manifests/0/platform/architecture')),
    },
    {
      name: 'platform is a string',
      form: 'oci',
      apply: root((index) => setAt(index, '/manifests/0/platform', 'linux/amd64')),
    },
  ],
  'index.platform-set': [
    {
      name: 'the image in an index has no platform',
      form: 'containerd',
      apply: nested((index) => removeAt(index, '/manifests/0/platform')),
    },
  ],
  'index.ref-name-place': [
    {
      name: 'a descriptor below index.json has a reference name',
      form: 'containerd',
      apply: nested((index) => setAt(index, '/manifests/0/annotations', { [REF_NAME]: '1' })),
    },
  ],
  'index.ref-name-characters': [
    {
      name: 'the reference name has a space',
      form: 'oci',
      apply: root((index) =>
        setAt(index, '/manifests/0/annotations', {
          [REF_NAME]: 'not a tag',
          'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
        }),
      ),
    },
    {
      name: 'the reference name has a percent sign',
      form: 'oci',
      apply: root((index) =>
        setAt(index, '/manifests/0/annotations', {
          [REF_NAME]: 'v1%2B2',
          'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
        }),
      ),
    },
  ],
  'index.ref-name-reference': [
    ...['v1.0+build', 'Example/Golden:1'].map((name) => ({
      name: `the reference name is ${name}`,
      form: 'oci' as const,
      apply: root((index) =>
        setAt(index, '/manifests/0/annotations', {
          [REF_NAME]: name,
          'org.opencontainers.image.created': '2026-01-02T03:04:05Z',
        }),
      ),
    })),
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
      apply: manifest((value) => removeAt(value, '/layers/0/size')),
    },
    {
      name: 'the size of a layer is negative',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/layers/0/size', -1)),
    },
    {
      name: 'the descriptor of the config has no mediaType',
      form: 'oci',
      apply: manifest((value) => removeAt(value, '/config/mediaType')),
    },
  ],
  'descriptor.media-type': [
    {
      name: 'the media type of an attachment has no subtype',
      form: 'containerd',
      apply: (draft) => {
        draft.edit.attestation = (value) => setAt(value, '/layers/0/mediaType', 'in-toto');
      },
    },
  ],
  'descriptor.digest': [
    {
      name: 'the digest of a layer is in upper case',
      form: 'oci',
      apply: manifest((value) =>
        setAt(
          value,
          '/layers/0/digest',
          String(getAt(value, '/layers/0/digest')).toUpperCase().replace('SHA256', 'sha256'),
        ),
      ),
    },
    {
      name: 'the digest of the config is no digest',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/config/digest', 'latest')),
    },
  ],
  'descriptor.sha256': [{ name: 'the digest of a layer is of sha512', form: 'oci', apply: sha512Layer }],
  'descriptor.size': [
    {
      name: 'a layer descriptor says 1 byte more',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/layers/0/size', Number(getAt(value, '/layers/0/size')) + 1)),
    },
    {
      name: 'the descriptor in index.json says 0 bytes',
      form: 'hybrid',
      apply: root((index) => setAt(index, '/manifests/0/size', 0)),
    },
  ],
  'descriptor.data': [
    {
      name: 'the embedded config is another one',
      form: 'containerd',
      apply: (draft) => {
        draft.edit.attestation = (value) => setAt(value, '/config/data', 'W10=');
      },
    },
    {
      name: 'the embedded config is not Base 64',
      form: 'containerd',
      apply: (draft) => {
        draft.edit.attestation = (value) => setAt(value, '/config/data', '{}');
      },
    },
  ],
  'descriptor.urls': [
    {
      name: 'a URL of a layer is no URI',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/layers/0/urls', ['not a URI'])),
    },
  ],
  'annotations.strings': [
    {
      name: 'an annotation of the manifest is a number',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/annotations', { 'com.example.count': 1 })),
    },
    {
      name: 'annotations of index.json is a list',
      form: 'oci',
      apply: root((index) => setAt(index, '/annotations', ['a'])),
    },
  ],
  'annotations.reserved-keys': [
    {
      name: 'the manifest has an undefined key of OCI',
      form: 'oci',
      apply: manifest((value) => setAt(value, '/annotations', { 'org.opencontainers.image.flavour': 'x' })),
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
