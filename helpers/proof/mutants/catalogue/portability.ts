import { add, addMembers, changeMembers, set } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import { imageAt } from '../edit.ts';
import { file, goldenConfig, layer } from '../golden.ts';

type Ids =
  | `layer.${'portable-owners' | 'portable-times' | 'portable-lengths' | 'no-foreign-attributes'}`
  | `config.${'port-range' | 'stop-signal'}`
  | 'image.layer-count'
  | 'archive.no-foreign-attributes';

export const PORTABILITY_MUTANTS: MutantsOf<Ids> = {
  'image.layer-count': [
    {
      name: 'an image has 126 layers',
      form: 'containerd',
      apply: (draft) => {
        const [first] = imageAt(draft).layers;
        const more = Array.from({ length: 125 }, (_, index) => layer(file(`file-${index}`, '')));
        imageAt(draft).layers = [...(first ? [first] : []), ...more];
        imageAt(draft).config = goldenConfig(126);
      },
    },
  ],
  'layer.portable-owners': [
    {
      name: 'a file belongs to a user left by npm',
      form: 'hybrid',
      apply: add({ ...file('a/b/owned', ''), uid: 1516583083 }),
    },
    {
      name: 'a file belongs to group 65536',
      form: 'oci',
      apply: add({ ...file('a/b/owned', ''), gid: 65536 }),
    },
  ],
  'layer.portable-times': [
    {
      name: 'a file is of the year 1900',
      form: 'hybrid',
      apply: add({ ...file('a/b/old', ''), pax: { mtime: '-2208988800' } }),
    },
    {
      name: 'a file is of the year 2500',
      form: 'oci',
      apply: add({ ...file('a/b/new', ''), mtime: 16725225600 }),
    },
  ],
  'layer.portable-lengths': [
    {
      name: 'a name has 256 bytes',
      form: 'hybrid',
      apply: add({ ...file('a/b/n', ''), pax: { path: `a/b/${'n'.repeat(256)}` } }),
    },
    {
      name: 'a name has 128 letters of two bytes',
      form: 'oci',
      apply: add({ ...file('a/b/e', ''), pax: { path: `a/b/${'é'.repeat(128)}` } }),
    },
    {
      name: 'a path of 4000 bytes',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: add({ ...file('a/b/long', ''), pax: { path: `${'n'.repeat(199)}/`.repeat(20).slice(0, -1) } }),
    },
  ],
  'layer.no-foreign-attributes': [
    {
      name: 'a file has an attribute of macOS',
      form: 'hybrid',
      apply: add({ ...file('a/b/mac', ''), pax: { 'SCHILY.xattr.com.apple.provenance': 'x' } }),
    },
    {
      name: 'a file has a twin that carries its attributes',
      form: 'oci',
      apply: add(file('a/b/._hello', 'x')),
    },
    {
      name: 'a folder has the settings of a file manager',
      form: 'crane',
      apply: add(file('a/b/.DS_Store', 'x')),
    },
  ],
  'archive.no-foreign-attributes': [
    {
      name: 'manifest.json has an attribute of macOS',
      form: 'containerd',
      apply: changeMembers((members) =>
        members.map((member) =>
          member.path === 'manifest.json'
            ? { ...member, pax: { 'LIBARCHIVE.xattr.com.apple.quarantine': 'x' } }
            : member,
        ),
      ),
    },
    {
      name: 'a member has a twin that carries its attributes',
      form: 'hybrid',
      apply: addMembers({ path: '._manifest.json', content: 'x' }),
    },
  ],
  'config.port-range': [
    {
      name: 'port 70000 is exposed',
      form: 'hybrid',
      apply: set('config', '/config/ExposedPorts', { '70000/tcp': {} }),
    },
    { name: 'port 0 is exposed', form: 'oci', apply: set('config', '/config/ExposedPorts', { '0': {} }) },
  ],
  'config.stop-signal': [
    { name: 'the signal is a word', form: 'hybrid', apply: set('config', '/config/StopSignal', 'SIGSTOPIT') },
    { name: 'the signal is 65', form: 'oci', apply: set('config', '/config/StopSignal', '65') },
  ],
};
