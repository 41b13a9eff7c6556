import { digestOf } from '../../../archive/digest.ts';
import {
  addImage,
  addMembers,
  changeImage,
  changeMembers,
  dropMembers,
  edit,
  remove,
  rewrite,
  set,
} from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft, MutableObject } from '../draft.ts';
import { getAt, memberAt, objectAt } from '../edit.ts';
import { secondImage } from '../golden.ts';

type Ids =
  | `archive.${'loadable-form' | 'has-image' | 'unique-members' | 'one-content' | 'member-types' | 'other-members' | 'links-resolve' | 'safe-names' | 'names-found' | 'plain-names' | 'member-modes'}`
  | `manifest-json.${'key-case' | 'one-spelling' | 'form' | 'config-exists' | 'layers-exist' | 'plain-paths' | 'parent-exists' | 'tag-grammar' | 'ambiguous-tag' | 'unique-tags'}`
  | `layer-sources.${'form' | 'key' | 'size' | 'complete'}`;

const LAYER = /^blobs\/sha256\/[0-9a-f]{64}$/;

export const ARCHIVE_MUTANTS: MutantsOf<Ids> = {
  'archive.has-image': [
    {
      name: 'a tar of other files',
      form: 'legacy',
      apply: changeMembers(() => [{ path: 'notes.txt', content: 'no image' }]),
    },
    {
      name: 'an index without manifests',
      form: 'oci',
      apply: set('indexJson', '/manifests', []),
    },
  ],
  'archive.loadable-form': [
    {
      name: 'a folder of the directory transport is packed',
      form: 'docker-dir',
      packed: true,
      apply: () => {},
    },
  ],
  'archive.unique-members': [
    {
      name: 'a blob is written twice',
      form: 'hybrid',
      apply: changeMembers((members) => [...members, memberAt(members, LAYER)]),
    },
    {
      name: 'oci-layout is written twice, once as ./oci-layout',
      form: 'oci',
      apply: changeMembers((members) => [
        ...members,
        { ...memberAt(members, /^oci-layout$/), path: './oci-layout' },
      ]),
    },
  ],
  'archive.one-content': [
    {
      name: 'manifest.json is written twice, with other names the second time',
      form: 'crane',
      apply: changeMembers((members) => {
        const own = memberAt(members, /^manifest\.json$/);
        const other = String(own.content).replace('example/golden:1', 'example/other:1');
        return [...members, { ...own, content: other }];
      }),
    },
    {
      name: 'a layer is written twice, with other content the first time',
      form: 'legacy',
      apply: changeMembers((members) =>
        members.flatMap((member) =>
          member === memberAt(members, /\/layer\.tar$/)
            ? [{ ...member, content: 'no layer' }, member]
            : [member],
        ),
      ),
    },
  ],
  'archive.member-types': [
    {
      name: 'manifest.json is a symbolic link',
      form: 'crane',
      apply: (draft) => linkInstead(draft, /^manifest\.json$/, 'symlink'),
    },
    {
      name: 'a layer is a hard link to another member',
      form: 'crane',
      apply: (draft) => linkInstead(draft, /\.tar\.gz$/, 'hardlink'),
    },
    {
      name: 'a blob is a hard link to another member',
      form: 'oci',
      apply: (draft) => linkInstead(draft, LAYER, 'hardlink'),
    },
    {
      name: 'a blob is a symbolic link to another member',
      form: 'oci',
      apply: (draft) => linkInstead(draft, LAYER, 'symlink'),
    },
  ],
  'archive.other-members': [
    {
      name: 'a device among the members',
      form: 'hybrid',
      apply: addMembers({
        path: 'console',
        type: 'character-device',
        devmajor: 5,
        devminor: 1,
        mode: 0o600,
      }),
    },
    {
      name: 'a symbolic link beside the blobs',
      form: 'oci',
      apply: addMembers({ path: 'latest', type: 'symlink', linkname: 'index.json' }),
    },
  ],
  'archive.links-resolve': [
    {
      name: 'the link of a layer leads out of the archive',
      form: 'podman',
      apply: (draft) => linkTo(draft, '../../../../etc/passwd'),
    },
    {
      name: 'the link of a layer is absolute',
      form: 'podman',
      apply: (draft) => linkTo(draft, '/etc/passwd'),
    },
    {
      name: 'the link of a layer leads nowhere',
      form: 'podman',
      apply: (draft) => linkTo(draft, `../${'0'.repeat(64)}.tar`),
    },
  ],
  'archive.safe-names': [
    {
      name: 'a member above the archive',
      form: 'hybrid',
      apply: addMembers({ path: '../escape', content: 'x' }),
    },
  ],
  'archive.names-found': [
    {
      name: 'all members are named from the root',
      form: 'crane',
      apply: changeMembers((members) => members.map((member) => ({ ...member, path: `/${member.path}` }))),
    },
  ],
  'archive.plain-names': [
    {
      name: 'a member climbs within the archive',
      form: 'hybrid',
      apply: addMembers({ path: 'a/../notes.txt', content: 'x' }),
    },
    {
      name: 'a member with an absolute name',
      form: 'hybrid',
      apply: addMembers({ path: '/etc/cron.d/x', content: 'x' }),
    },
    {
      name: 'a member whose name clears the screen',
      form: 'hybrid',
      apply: addMembers({ path: 'x\u001b[2J', content: 'x' }),
    },
  ],
  'archive.member-modes': [
    { name: 'a blob that everybody may write', form: 'hybrid', apply: (draft) => withMode(draft, 0o666) },
    { name: 'a blob that its owner may not read', form: 'hybrid', apply: (draft) => withMode(draft, 0o044) },
  ],
  'manifest-json.form': [
    {
      name: 'manifest.json is an object',
      form: 'hybrid',
      apply: rewrite('manifestJson', (text) => text.slice(1, -1)),
    },
    {
      name: 'Layers is a string',
      form: 'legacy',
      apply: set('manifestJson', '/0/Layers', 'layer.tar'),
    },
    {
      name: 'Config is missing',
      form: 'legacy',
      apply: remove('manifestJson', '/0/Config'),
    },
    {
      name: 'Parent is a number',
      form: 'legacy',
      apply: set('manifestJson', '/0/Parent', 5),
    },
    {
      name: 'RepoTags is a string',
      form: 'legacy',
      company: ['repositories.tags'],
      apply: set('manifestJson', '/0/RepoTags', 'example/golden:1'),
    },
  ],
  'manifest-json.key-case': [
    {
      name: 'keys are in lower case, as old versions of Jib wrote them',
      form: 'crane',
      apply: edit('manifestJson', (list) => {
        for (const [position, entry] of list.entries())
          list[position] = Object.fromEntries(
            Object.entries(entry).map(([key, value]) => [key.toLowerCase(), value]),
          );
      }),
    },
  ],
  'manifest-json.one-spelling': [
    {
      name: 'Config stands there, and config with another value',
      form: 'crane',
      company: ['manifest-json.key-case'],
      apply: set('manifestJson', '/0/config', 'other.json'),
    },
  ],
  'manifest-json.config-exists': [
    {
      name: 'the config file is missing',
      form: 'legacy',
      apply: dropMembers(/^[0-9a-f]{64}\.json$/),
    },
  ],
  'manifest-json.layers-exist': [
    {
      name: 'a layer file is missing',
      form: 'crane',
      apply: dropMembers(/\.tar\.gz$/),
    },
    {
      name: 'a layer is named from the root',
      form: 'podman',
      apply: set('manifestJson', '/0/Layers/1', (list) => `/${getAt(list, '/0/Layers/1')}`),
    },
    {
      name: 'a layer is named outside the archive',
      form: 'crane',
      apply: set('manifestJson', '/0/Layers/1', '../../etc/passwd'),
    },
  ],
  'manifest-json.plain-paths': [
    {
      name: 'Config has ./ before its name',
      form: 'crane',
      apply: set('manifestJson', '/0/Config', (list) => `./${getAt(list, '/0/Config')}`),
    },
    {
      name: 'a layer has ./ before its name',
      form: 'legacy',
      apply: set('manifestJson', '/0/Layers/1', (list) => `./${getAt(list, '/0/Layers/1')}`),
    },
  ],
  'manifest-json.parent-exists': [
    {
      name: 'Parent names an image that is not there',
      form: 'legacy',
      apply: set('manifestJson', '/0/Parent', digestOf('nobody')),
    },
  ],
  'manifest-json.tag-grammar': [
    {
      name: 'a repository name has 256 characters',
      form: 'crane',
      apply: changeImage({ tags: [`${'r'.repeat(256)}:1`] }),
    },
    {
      name: 'a tag with a space',
      form: 'crane',
      apply: changeImage({ tags: ['example/golden:not a tag'] }),
    },
    {
      name: 'a repository in upper case without a tag',
      form: 'crane',
      apply: changeImage({ tags: ['Example'] }),
    },
  ],
  'manifest-json.ambiguous-tag': [
    {
      name: 'a tag that reads as an image ID',
      form: 'crane',
      apply: changeImage({ tags: [`sha256:${'ab'.repeat(32)}`] }),
    },
    {
      name: 'sha256 in the library of Docker Hub',
      form: 'legacy',
      apply: changeImage({ tags: ['docker.io/library/sha256:1'] }),
    },
  ],
  'manifest-json.unique-tags': [
    {
      name: 'two images have the same tag',
      form: 'crane',
      apply: addImage(() => secondImage('example/golden:1')),
    },
  ],
  'layer-sources.form': [
    {
      name: 'LayerSources is a list',
      form: 'hybrid',
      apply: set('manifestJson', '/0/LayerSources', []),
    },
    {
      name: 'the size in LayerSources is a word',
      form: 'hybrid',
      apply: edit('manifestJson', (list) => {
        for (const source of Object.values(objectAt(list, '/0/LayerSources')))
          (source as MutableObject)['size'] = 'many';
      }),
    },
  ],
  'layer-sources.key': [
    {
      name: 'LayerSources describes the layers crosswise',
      form: 'hybrid',
      apply: edit('manifestJson', (list) => {
        const sources = objectAt(list, '/0/LayerSources');
        const [first = '', second = ''] = Object.keys(sources);
        [sources[first], sources[second]] = [sources[second] ?? {}, sources[first] ?? {}];
      }),
    },
    {
      name: 'LayerSources gives another digest than that of the blob',
      form: 'hybrid',
      apply: edit('manifestJson', (list) => {
        for (const source of Object.values(objectAt(list, '/0/LayerSources')))
          (source as MutableObject)['digest'] = digestOf('elsewhere');
      }),
    },
  ],
  'layer-sources.size': [
    {
      name: 'a LayerSources entry says another size',
      form: 'hybrid',
      apply: edit('manifestJson', (list) => {
        for (const source of Object.values(objectAt(list, '/0/LayerSources')))
          (source as MutableObject)['size'] = 1;
      }),
    },
  ],
  'layer-sources.complete': [
    {
      name: 'LayerSources leaves the top layer out',
      form: 'hybrid',
      apply: edit('manifestJson', (list) => {
        const sources = objectAt(list, '/0/LayerSources');
        delete sources[Object.keys(sources).at(-1) ?? ''];
      }),
    },
  ],
};

function linkTo(draft: Draft, linkname: string): void {
  draft.members = (members) => {
    memberAt(members, /\/layer\.tar$/).linkname = linkname;
    return members;
  };
}

/** The content moves to a member of another name, which stands before. */
function linkInstead(draft: Draft, pattern: RegExp, type: 'symlink' | 'hardlink'): void {
  draft.members = (members) =>
    members.flatMap((member) => {
      if (member !== memberAt(members, pattern)) return [member];
      const up = '../'.repeat(member.path.split('/').length - 1);
      return [
        { ...member, path: 'kept' },
        { path: member.path, type, linkname: `${type === 'symlink' ? up : ''}kept` },
      ];
    });
}

function withMode(draft: Draft, mode: number): void {
  draft.members = (members) => {
    memberAt(members, LAYER).mode = mode;
    return members;
  };
}
