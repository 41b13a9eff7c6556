import { digestOf } from '../../archive/digest.ts';
import type { RequirementId } from '../../requirements/archive/archive-requirements.ts';
import {
  add,
  addMembers,
  changeBytes,
  changeDraft,
  changeImage,
  changeLayer,
  changeLayers,
  changeMembers,
  type DraftChange,
  dropMembers,
  edit,
  rewrite,
  set,
  together,
} from './change.ts';
import type { Draft, Form, MutableObject } from './draft.ts';
import {
  addEntries,
  adding,
  getAt,
  imageAt,
  layerAt,
  memberAt,
  objectAt,
  pushAt,
  removeAt,
  setAt,
  without,
} from './edit.ts';
import { CREATED_SECONDS, directory, file, goldenConfig, layer, secondImage } from './golden.ts';
import { DOCKER, OCI } from './media.ts';
import { blobName, descriptor, gzip } from './write-image.ts';
import { zstdFrame } from './zstd-frame.ts';

/** Something unusual that is legal, or that real tools write: no requirement may fail for it. */
interface Tolerance {
  readonly name: string;
  readonly form: Form;
  readonly apply: DraftChange;
  /** Recommendations that it does break, with `warn`. */
  readonly warns?: readonly RequirementId[];
}

/** Takes the marks of a Dockerfile builder away. */
function unbuilt(draft: Draft): void {
  delete imageAt(draft).config['history'];
}

function withoutLayers(draft: Draft, diffIds: null | []): void {
  imageAt(draft).layers = [];
  imageAt(draft).config = goldenConfig(0);
  draft.edit.config = (config) => setAt(config, '/rootfs/diff_ids', diffIds);
}

/** As `tar --create` does it in a folder that was unpacked without its times. */
function packedAnew(form: Form): Tolerance {
  return {
    name: `the members of ${form} with the time at which somebody packed them anew`,
    form,
    apply: changeMembers((members) => {
      for (const member of members) member.mtime = CREATED_SECONDS + 86_400;
      return members;
    }),
  };
}

export const TOLERANCES: readonly Tolerance[] = [
  ...(['hybrid', 'legacy', 'containerd', 'podman'] as const).map(packedAnew),
  {
    name: 'a member that somebody added, with its own time',
    form: 'containerd',
    apply: changeMembers((members) => [
      ...members,
      { path: 'z', content: '', mtime: CREATED_SECONDS + 86_400 },
    ]),
  },
  {
    name: 'members of 1970 around an image of the year 1',
    form: 'hybrid',
    apply(draft) {
      unbuilt(draft);
      imageAt(draft).config['created'] = '0001-01-01T00:00:00Z';
      draft.members = (members) => {
        for (const member of members) member.mtime = 0;
        return members;
      };
    },
  },
  {
    name: 'fields of the config that no specification knows',
    form: 'hybrid',
    apply(draft) {
      Object.assign(imageAt(draft).config, {
        container: 'f00',
        container_config: { Cmd: null },
        docker_version: '20.10.24',
        'moby.buildkit.buildinfo.v1': 'e30=',
        variant: 'v2',
      });
      Object.assign(objectAt(imageAt(draft).config, '/config'), {
        ArgsEscaped: true,
        OnBuild: null,
        Hostname: '',
        Image: '',
        Healthcheck: { Test: ['NONE'] },
      });
    },
  },
  {
    name: 'optional fields of the config that are null',
    form: 'hybrid',
    apply: (draft) =>
      Object.assign(objectAt(imageAt(draft).config, '/config'), {
        Cmd: null,
        Entrypoint: null,
        Labels: null,
        Volumes: null,
        ExposedPorts: null,
        User: null,
        WorkingDir: null,
      }) && undefined,
  },
  {
    name: 'no history and no time',
    form: 'hybrid',
    apply: (draft) => Object.assign(imageAt(draft).config, { history: null, created: null }) && undefined,
  },
  {
    name: 'users in a file that etc/passwd links to, as images of Nix have them',
    form: 'crane',
    apply: together(
      add(
        directory('etc/'),
        { path: 'etc/passwd', type: 'symlink', linkname: '/store/users' },
        directory('store/'),
        file('store/users', 'app:x:1000:1000::/:/\n'),
      ),
      set('config', '/config/User', 'app'),
    ),
  },
  {
    name: 'a config without execution parameters',
    form: 'crane',
    apply: (draft) => {
      unbuilt(draft);
      setAt(imageAt(draft).config, '/config', null);
    },
  },
  {
    name: 'annotations of somebody else, and an empty map',
    form: 'oci',
    apply: edit('manifest', (manifest) => {
      setAt(manifest, '/annotations', {
        'com.example.key': '',
        'org.opencontainers.image.base.digest': '',
      });
      setAt(manifest, '/layers/0/annotations', {});
    }),
  },
  {
    name: 'a blob and a file that nothing refers to',
    form: 'oci',
    apply: addMembers(
      { path: blobName(digestOf('spare')), content: 'spare' },
      { path: 'README', content: 'x' },
    ),
  },
  {
    name: 'another field in oci-layout',
    form: 'oci',
    apply: set('ociLayout', '/com.example', 1),
  },
  ...(['hybrid', 'legacy', 'containerd', 'oci', 'podman', 'crane'] as const).map((form) => ({
    name: `a layer that is there twice (${form})`,
    form,
    apply(draft: Draft) {
      imageAt(draft).layers.push(layerAt(draft, 0));
      imageAt(draft).config = goldenConfig(3);
    },
  })),
  {
    name: 'an image without layers, as the containerd store writes it',
    form: 'containerd',
    warns: ['manifest.layers-not-empty', 'start.program'],
    apply(draft) {
      withoutLayers(draft, null);
      for (const entry of [imageAt(draft).config]) Object.assign(entry, { created: null });
      draft.edit.manifest = (manifest) => setAt(manifest, '/layers', null);
      draft.edit.manifestJson = (list) => setAt(list, '/0/Layers', null);
    },
  },
  {
    name: 'an image without layers, as podman writes it',
    form: 'podman',
    warns: ['start.program'],
    apply: (draft) => withoutLayers(draft, []),
  },
  {
    name: 'layers without compression on the containerd store',
    form: 'containerd',
    apply(draft) {
      for (const own of imageAt(draft).layers)
        Object.assign(own, { store: (tar: Uint8Array) => tar, mediaType: OCI.layer });
    },
  },
  {
    name: 'a zstd layer beside a gzip layer',
    form: 'oci',
    apply: changeLayer(1, { store: zstdFrame, mediaType: OCI.zstdLayer }),
  },
  {
    name: 'a manifest of Docker schema 2 with all its own types',
    form: 'containerd',
    warns: ['index.manifest-media-type'],
    apply: together(
      changeDraft({ attested: false }),
      changeLayers({ mediaType: DOCKER.gzipLayer }),
      edit('manifest', (manifest) => {
        setAt(manifest, '/mediaType', DOCKER.manifest);
        setAt(manifest, '/config/mediaType', DOCKER.config);
      }),
      set('indexJson', '/manifests/0/mediaType', DOCKER.manifest),
    ),
  },
  {
    name: 'another platform whose blobs are missing',
    form: 'containerd',
    warns: ['image.platforms-present'],
    apply: edit('index', (index) =>
      pushBefore(index, {
        ...descriptor(OCI.manifest, 'not here'),
        platform: { architecture: 'arm64', os: 'linux', variant: 'v8' },
      }),
    ),
  },
  ...(['hybrid', 'legacy', 'containerd', 'podman'] as const).map((form) => ({
    name: `an image without tags (${form})`,
    form,
    apply: changeImage({ tags: [] }),
  })),
  ...(['hybrid', 'legacy', 'containerd', 'oci', 'podman', 'crane'] as const).map((form) => ({
    name: `two images (${form})`,
    form,
    apply: (draft: Draft) =>
      void draft.images.push(
        secondImage(form === 'podman' ? 'localhost/example/second:1' : 'example/second:1'),
      ),
  })),
  {
    name: 'layers that no Dockerfile builder wrote: no folders, padding, names, fractions, a device, a root entry',
    form: 'oci',
    apply(draft) {
      unbuilt(draft);
      imageAt(draft).layers.push({
        ...layer(
          directory('./'),
          file('opt/x/y', 'x'),
          { ...file('z', ''), uname: 'root', gname: 'root', pax: { mtime: '1.5' } },
          { path: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
        ),
        ending: { zeroBlocks: 20 },
      });
    },
  },
  {
    name: 'links that stay inside: absolute, upwards to the root, to a name that is not there',
    form: 'hybrid',
    apply: (draft) =>
      addEntries(
        draft,
        { path: 'a/abs', type: 'symlink', linkname: '/etc/passwd' },
        { path: 'a/up', type: 'symlink', linkname: '../a/b' },
        { path: 'a/none', type: 'symlink', linkname: 'nowhere' },
        { path: 'a/here', type: 'symlink', linkname: '.' },
        { path: 'a/b/link-to-link', type: 'symlink', linkname: 'hello' },
        { path: 'a/b/hard-link-to-link', type: 'hardlink', linkname: 'a/b/link-to-link' },
      ),
  },
  {
    name: 'long and foreign names, numbers in base-256, FIFOs, setuid',
    form: 'hybrid',
    warns: ['layer.portable-lengths'],
    apply: (draft) =>
      addEntries(
        draft,
        { ...file('a/short', 'x'), pax: { path: `a/${'l'.repeat(300)}` } },
        file('a/grüße-日本', 'x'),
        {
          ...file('a/old', 'x'),
          magic: 'gnu',
          editHeader: (header) => void header.writeBigUInt64BE(0x80000000000003e8n, 108),
        },
        { path: 'a/pipe', type: 'fifo' },
        { ...file('a/su', 'x'), mode: 0o4755 },
      ),
  },
  { name: 'a foreign layer that is fetched elsewhere', form: 'oci', apply: foreignLayer },
  {
    name: 'an archive that is gzipped as a whole',
    form: 'hybrid',
    apply: changeBytes(gzip),
  },
  {
    name: 'members named with ./ before',
    form: 'oci',
    apply: changeMembers((members) => members.map((item) => ({ ...item, path: `./${item.path}` }))),
  },
  {
    name: 'members in another order',
    form: 'containerd',
    apply: changeMembers((members) => members.toReversed()),
  },
  {
    name: 'an attestation as BuildKit wrote it up to 0.31',
    form: 'containerd',
    apply: edit('attestation', (manifest) => {
      removeAt(manifest, '/artifactType');
      removeAt(manifest, '/subject');
      const config = { ...descriptor(OCI.config, '{}') };
      setAt(manifest, '/config', config);
    }),
  },
  {
    name: 'an artifact beside the image',
    form: 'oci',
    apply(draft) {
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI.manifest,
        artifactType: 'application/vnd.example.sbom',
        config: { ...descriptor(OCI.empty, '{}'), data: 'e30=' },
        layers: [descriptor('application/vnd.example.sbom+json', '{"a":1}')],
      });
      draft.members = adding(
        ...[manifest, '{}', '{"a":1}'].map((content) => ({ path: blobName(digestOf(content)), content })),
      );
      draft.edit.indexJson = (index) =>
        pushAt(index, '/manifests', {
          ...descriptor(OCI.manifest, manifest),
          artifactType: 'application/vnd.example.sbom',
        });
    },
  },
  {
    name: 'content of any type in index.json',
    form: 'oci',
    apply: (draft) => list(draft, 'application/xml', '<x/>'),
  },
  {
    name: 'an artifact manifest of an earlier draft of the specification',
    form: 'oci',
    apply: (draft) =>
      list(draft, 'application/vnd.oci.artifact.manifest.v1+json', '{"artifactType":"a/b","blobs":[]}'),
  },
  {
    name: 'a signature of cosign',
    form: 'oci',
    apply: (draft) => artifact(draft, OCI.config, 'application/vnd.dev.cosign.simplesigning.v1+json'),
  },
  {
    name: 'a wasm module with the type of an image config',
    form: 'oci',
    apply: (draft) => artifact(draft, OCI.config, 'application/vnd.module.wasm.content.layer.v1+wasm'),
  },
  {
    name: 'an artifact whose types no vendor registered',
    form: 'oci',
    apply: (draft) => artifact(draft, 'application/x-settings', 'text/markdown'),
  },
  {
    name: 'a file that oras gave the type of a layer',
    form: 'oci',
    apply: (draft) => artifact(draft, 'application/vnd.unknown.config.v1+json', OCI.layer),
  },
  {
    name: 'folders named as of the v1 format, and nothing else of it, as Nix writes them',
    form: 'legacy',
    apply: dropMembers(/\/(?:VERSION|json)$|^repositories$/),
  },
  {
    name: 'a docker-dir with a list of manifests, of which one was not copied',
    form: 'docker-dir',
    apply: changeMembers((members) => {
      const own = memberAt(members, /^manifest\.json$/);
      const content = String(own.content);
      own.path = `${digestOf(content).slice('sha256:'.length)}.manifest.json`;
      const manifests = [
        { ...descriptor(DOCKER.manifest, content), platform: { architecture: 'amd64', os: 'linux' } },
        { ...descriptor(DOCKER.manifest, 'not here'), platform: { architecture: 'arm64', os: 'linux' } },
      ];
      const list = JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests });
      return adding({ path: 'manifest.json', content: list })(members);
    }),
  },
  {
    name: 'an index without the folders of its blobs as members',
    form: 'oci',
    apply: dropMembers(/^blobs\/(?:sha256\/)?$/),
  },
  {
    name: 'null among words and history entries, which Go reads as nothing',
    form: 'hybrid',
    warns: ['history.created'],
    apply: edit('config', (config) => {
      setAt(config, '/config/Entrypoint', null);
      setAt(config, '/config/OnBuild', [null]);
      setAt(config, '/history/0', null);
      setAt(config, '/config/Volumes', { '/data': null });
    }),
  },
  {
    name: 'a time with an offset and fractions',
    form: 'crane',
    apply: rewrite('config', (text) =>
      text.replaceAll('2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123456789+02:00'),
    ),
  },
];

/** Adds content of that type to `index.json`. */
function list(draft: Draft, mediaType: string, content: string, ...others: string[]): void {
  draft.members = adding(
    ...[content, ...others].map((text) => ({ path: blobName(digestOf(text)), content: text })),
  );
  draft.edit.indexJson = (index) => pushAt(index, '/manifests', descriptor(mediaType, content));
}

/** Adds an artifact as tools wrote it before `artifactType`: its types are in the manifest. */
function artifact(draft: Draft, configType: string, layerType: string): void {
  const config = JSON.stringify({
    architecture: '',
    os: '',
    rootfs: { type: 'layers', diff_ids: [digestOf('artifact')] },
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI.manifest,
    config: descriptor(configType, config),
    layers: [descriptor(layerType, 'artifact')],
  });
  list(draft, OCI.manifest, manifest, config, 'artifact');
}

/** Adds a descriptor before the attestation, which must stay last. */
function pushBefore(index: MutableObject, value: MutableObject): void {
  const list = getAt(index, '/manifests');
  if (Array.isArray(list)) list.splice(1, 0, value);
}

function foreignLayer(draft: Draft): void {
  let digest = '';
  draft.edit.manifest = (manifest) => {
    digest = String(getAt(manifest, '/layers/0/digest'));
    setAt(manifest, '/layers/0/mediaType', 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip');
    setAt(manifest, '/layers/0/urls', ['https://example.com/layer.tar.gz']);
  };
  draft.members = (members) => without(new RegExp(`${digest.slice('sha256:'.length)}$`))(members);
}
