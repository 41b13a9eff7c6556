import {
  addImage,
  changeDraft,
  changeMember,
  changeMembers,
  edit,
  push,
  rewrite,
  set,
  together,
} from '../change.ts';
import type { MutantsOf } from '../define.ts';
import { imageAt, listAt, without } from '../edit.ts';
import { CREATED_SECONDS, secondImage } from '../golden.ts';
import { OCI } from '../media.ts';
import { descriptor } from '../write-image.ts';

type Ids =
  | `agreement.${'images-in-index' | 'images-in-manifest-json' | 'names' | 'ref-name' | 'platform'}`
  | `image.${'blobs-present' | 'platforms-present'}`
  | `profile.${'member-times' | 'config-descriptor' | 'created-set'}`;

export const AGREEMENT_MUTANTS: MutantsOf<Ids> = {
  'agreement.images-in-index': [
    {
      name: 'index.json lists the first of two images only',
      form: 'hybrid',
      apply: together(
        addImage(() => secondImage()),
        edit('indexJson', (index) => void listAt(index, '/manifests').pop()),
      ),
    },
  ],
  'agreement.images-in-manifest-json': [
    {
      name: 'manifest.json lists the first of two images only',
      form: 'containerd',
      apply: together(
        addImage(() => secondImage()),
        edit('manifestJson', (list) => void list.pop()),
      ),
    },
  ],
  'agreement.names': [
    {
      name: 'RepoTags has a tag that index.json does not have',
      form: 'containerd',
      apply: set('manifestJson', '/0/RepoTags', ['example/golden:1', 'example/golden:2']),
    },
    {
      name: 'two tags share one descriptor, and the first is lost',
      form: 'containerd',
      apply(draft) {
        for (const image of draft.images) image.tags.unshift('example/golden:0');
        draft.edit.indexJson = (index) => void listAt(index, '/manifests').shift();
      },
    },
    {
      name: 'an image without tags has a name in index.json',
      form: 'containerd',
      apply: set('manifestJson', '/0/RepoTags', null),
    },
  ],
  'agreement.ref-name': [
    {
      name: 'the reference name is another tag',
      form: 'hybrid',
      apply: set('indexJson', '/manifests/0/annotations/org.opencontainers.image.ref.name', 'latest'),
    },
  ],
  'agreement.platform': [
    {
      name: 'the descriptor says arm64, the config amd64',
      form: 'containerd',
      apply: set('index', '/manifests/0/platform/architecture', 'arm64'),
    },
    {
      name: 'the descriptor says arm v6, the config no variant',
      form: 'containerd',
      company: ['start.architecture'],
      apply: together(
        set('config', '/architecture', 'arm'),
        set('index', '/manifests/0/platform', { architecture: 'arm', os: 'linux', variant: 'v6' }),
      ),
    },
    {
      name: 'the descriptor says windows',
      form: 'oci',
      apply: set('indexJson', '/manifests/0/platform/os', 'windows'),
    },
  ],
  'image.platforms-present': [
    {
      name: 'the index names a second platform that is not there',
      form: 'containerd',
      apply: push('index', '/manifests', {
        ...descriptor(OCI.manifest, 'not here'),
        platform: { architecture: 'arm64', os: 'linux' },
      }),
    },
  ],
  'image.blobs-present': [
    {
      name: 'a layer of a foreign type has neither a blob nor urls',
      form: 'oci',
      apply: (draft) => {
        const [first] = imageAt(draft).layers;
        if (first) first.mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';
        draft.members = (members) => without(new RegExp(`^${largest(members)}$`))(members);
      },
    },
    {
      name: 'the file of a layer is missing in a docker-dir',
      form: 'docker-dir',
      apply: changeMembers((members) => without(new RegExp(`^${largest(members)}$`))(members)),
    },
    {
      name: 'the blob of a layer is missing',
      form: 'oci',
      apply: changeMembers((members) => without(new RegExp(`^${largest(members)}$`))(members)),
    },
    {
      name: 'the manifest that index.json names is missing',
      form: 'oci',
      // There is nothing left that index.json leads to.
      company: ['archive.has-image'],
      apply(draft) {
        let digest = '';
        draft.edit.indexJson = (index) => {
          digest = String((listAt(index, '/manifests')[0] as { digest: string }).digest);
        };
        draft.members = (members) => without(new RegExp(`^blobs/${digest.replace(':', '/')}$`))(members);
      },
    },
    {
      name: 'the only image of a nested index is missing',
      form: 'containerd',
      apply: together(
        changeDraft({ attested: true }),
        changeMembers((members) => members.filter(({ content }) => !isImageManifest(String(content)))),
      ),
    },
  ],
  'profile.member-times': [
    {
      name: 'index.json has the time of the save',
      form: 'hybrid',
      apply: changeMember(/^index\.json$/, { mtime: CREATED_SECONDS + 60 }),
    },
    {
      name: 'a blob of the containerd store has a time',
      form: 'containerd',
      apply: changeMember(/^blobs\/sha256\/[0-9a-f]/, { mtime: 1 }),
    },
  ],
  'profile.config-descriptor': [
    {
      name: 'the config descriptor has a platform',
      form: 'hybrid',
      apply: set('manifest', '/config/platform', { architecture: 'amd64', os: 'linux' }),
    },
  ],
  'profile.created-set': [
    {
      name: 'the image was created in the year 1, and so were its steps',
      form: 'crane',
      apply: rewrite('config', (text) => text.replaceAll('2026-01-02T03:04:05Z', '0001-01-01T00:00:00Z')),
    },
  ],
};

/** The blob with the most bytes among those that are no JSON: a layer. */
function largest(members: readonly { path: string; content?: string | Uint8Array }[]): string {
  const layers = members.filter(({ content }) => content !== undefined && typeof content !== 'string');
  return layers.sort((a, b) => (b.content?.length ?? 0) - (a.content?.length ?? 0))[0]?.path ?? '';
}

function isImageManifest(text: string): boolean {
  return text.includes(`"mediaType":"${OCI.config}"`);
}
