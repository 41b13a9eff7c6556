import {
  addImage,
  changeImage,
  changeLayers,
  changeMember,
  changeMembers,
  dropMembers,
  edit,
  remove,
  set,
  together,
} from '../change.ts';
import { getAt, imageAt, layerAt, listAt, memberAt, without } from '../edit.ts';
import { CREATED_SECONDS, goldenConfig, secondImage } from '../golden.ts';
import { DOCKER } from '../media.ts';
import { breaks, type CorpusRow, seen, unseen } from './define.ts';

const LATER = CREATED_SECONDS + 3600;

/** docker save and load: rows R1 to R22. */
export const SAVE_AND_LOAD = {
  R1: seen(
    'Docker 25.0.0-rc (moby#47065): the manifest in the saved archive has no layers',
    breaks('manifest.layers-array', 'hybrid', remove('manifest', '/layers')),
  ),
  R2: seen(
    'Docker 25.0.0-rc.2 (moby#47072): the size of layer descriptors is wrong',
    breaks('descriptor.size', 'hybrid', set('manifest', '/layers/0/size', 20)),
  ),
  R3: seen(
    'Docker 25.0.0 (moby#47150): the layers of the manifest stand in random order',
    breaks(
      'config.diff-id',
      'hybrid',
      edit('manifest', (manifest) => {
        listAt(manifest, '/layers').reverse();
      }),
    ),
  ),
  R4: seen(
    'Docker 25.0.0 to 25.0.2 (moby#47210): saving by ID gives "manifests": null',
    breaks(
      'index.manifests-array',
      'hybrid',
      together(changeImage({ tags: [] }), set('indexJson', '/manifests', null)),
    ),
  ),
  R5: seen(
    'Docker 25 to 29 (moby#51389): of two untagged images, index.json lists the first',
    breaks(
      'agreement.images-in-index',
      'hybrid',
      together(
        changeImage({ tags: [] }),
        addImage(() => secondImage('')),
        edit('indexJson', (index) => {
          listAt(index, '/manifests').pop();
        }),
      ),
    ),
  ),
  R6: seen(
    'Docker 25 and 26.0 (moby#47661): platform stands in the config descriptor',
    breaks(
      'profile.config-descriptor',
      'hybrid',
      set('manifest', '/config/platform', { architecture: 'amd64', os: 'linux' }),
    ),
  ),
  R7: seen(
    'Docker 25 to 27 (docker/cli#5515): index.json has the time of the save',
    breaks('profile.member-times', 'hybrid', changeMember(/^index\.json$/, { mtime: LATER })),
  ),
  R8: seen(
    'Docker 25 to 28 (moby#51364): the folder blobs/sha256 has the time of the save',
    breaks('profile.member-times', 'hybrid', changeMember(/^blobs\/sha256\/$/, { mtime: LATER })),
  ),
  R9: seen(
    'Docker up to 24 (moby#42766): the folder of a repeated layer has the time of the save',
    breaks('profile.member-times', 'legacy', (draft) => {
      imageAt(draft).layers.push(layerAt(draft, 0));
      imageAt(draft).config = goldenConfig(3);
      draft.members = (members) => {
        const link = memberAt(members, /layer\.tar$/);
        const linked = members.find(({ type }) => type === 'symlink') ?? link;
        linked.mtime = LATER;
        return members;
      };
    }),
  ),
  R10: seen('Docker 24 to 25 (go-containerregistry#1870): <id>/layer.tar and VERSION are gone', {
    by: 'observation',
    observation: 'observation.layout',
    from: 'legacy',
    form: 'hybrid',
    apply: () => {},
  }),
  R11: seen(
    'Docker 25.0 (moby#47368): created is the empty string',
    breaks('config.created', 'hybrid', set('config', '/created', '')),
  ),
  R12: seen(
    'Docker 29.6: layer blobs have the mode 0666',
    breaks(
      'archive.member-modes',
      'hybrid',
      changeMembers((members) => {
        for (const member of members) if (member.content instanceof Uint8Array) member.mode = 0o666;
        return members;
      }),
    ),
  ),
  R13: unseen(
    'Docker with a graph driver (syft#2095): an image without layers cannot be saved',
    'docker save ends with an error and writes no archive',
  ),
  R14: seen(
    'Classic builder on the containerd store: an OCI manifest has layers of a Docker type',
    breaks('manifest.one-family', 'containerd', changeLayers({ mediaType: DOCKER.gzipLayer })),
  ),
  R15: unseen(
    'Docker 24 on the containerd store (moby#46600): docker load of a gzipped archive fails',
    'the archive is right, and the loader at fault',
  ),
  R16: seen('Docker 24 on the containerd store (moby#46533): saving a repository exports one of its tags', {
    by: 'expectation',
    requirement: 'expectation.tags',
    expectation: { tags: ['example/golden:1', 'example/golden:2'] },
    given: (draft) => imageAt(draft).tags.push('example/golden:2'),
    form: 'containerd',
    apply: (draft) => {
      imageAt(draft).tags.pop();
    },
  }),
  R17: unseen(
    'Docker 24 on the containerd store (moby#45600): load tries to unpack the attestation',
    'the archive is right, and the loader at fault',
  ),
  R18: seen(
    'Docker 27 and 28 on the containerd store (moby#49473): the blob of a layer is missing',
    breaks(
      'image.blobs-present',
      'containerd',
      (draft) => {
        let digest = '';
        draft.edit.manifest = (manifest) => {
          digest = String(getAt(manifest, '/layers/1/digest'));
        };
        draft.members = (members) => without(new RegExp(`${digest.slice('sha256:'.length)}$`))(members);
      },
      // manifest.json names the same file.
      'manifest-json.layers-exist',
    ),
  ),
  R19: seen('Docker 29 (moby#51532): loaded images are stored and pushed without compression', {
    by: 'observation',
    observation: 'observation.layer-compression',
    form: 'oci',
    apply: (draft) => {
      for (const layer of imageAt(draft).layers) {
        layer.store = (tar) => tar;
        layer.mediaType = 'application/vnd.oci.image.layer.v1.tar';
      }
    },
  }),
  R20: seen(
    'Docker 1.13 and 17 (moby#28926): the link of a repeated layer leads nowhere',
    breaks('archive.links-resolve', 'legacy', (draft) => {
      imageAt(draft).layers.push(layerAt(draft, 0));
      imageAt(draft).config = goldenConfig(3);
      draft.members = (members) => {
        for (const member of members)
          if (member.type === 'symlink') member.linkname = `../${'0'.repeat(64)}/layer.tar`;
        return members;
      };
    }),
  ),
  R21: seen(
    'Docker 29.0 (moby#50324): an archive without manifest.json is no longer loaded',
    breaks('v1.manifest-json', 'legacy', dropMembers(/^manifest\.json$/)),
  ),
  R22: seen('Docker 1.10 to 1.12 (moby#18723): an image comes back from save and load with fewer layers', {
    by: 'diff',
    area: 'files',
    form: 'legacy',
    apply: (draft) => {
      imageAt(draft).layers.pop();
      imageAt(draft).config = goldenConfig(1);
    },
  }),
} as const satisfies Readonly<Record<string, CorpusRow>>;
