import { add, addBelow, changeEntry, changeLayer, insert, set, together } from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { Draft } from '../draft.ts';
import { imageAt, layerAt } from '../edit.ts';
import { directory, file, goldenConfig, layer } from '../golden.ts';

type Ids =
  | `layer.${'plain-names' | 'named-entries' | 'parents-in-lower-layers' | 'parents-in-lower-links' | 'folders-repeated' | 'whiteout-folders' | 'no-opaque-root' | 'no-aufs-names' | 'settable-attributes' | 'linux-owners' | 'no-global-headers'}`
  | `layer.${'no-duplicates' | 'safe-names' | 'printable-names' | 'parents-are-directories' | 'parents-stay' | 'parents-precede' | 'parents-present'}`
  | `layer.${'hardlink-target' | 'hardlink-attributes' | 'hardlinks-inside' | 'symlinks-inside' | 'symlink-target' | 'no-symlink-cycles' | 'link-size'}`
  | `layer.${'whiteout-name' | 'whiteout-empty' | 'whiteout-sibling' | 'whiteout-needed' | 'whiteouts-first' | 'explicit-whiteouts' | 'whiteout-mtime'}`
  | `layer.${'no-sparse' | 'known-types' | 'no-devices' | 'no-overlay-traces' | 'no-overlay-attributes' | 'no-owner-names' | 'whole-seconds' | 'no-root-entry' | 'end-length' | 'empty-form'}`;

export const LAYER_MUTANTS: MutantsOf<Ids> = {
  'layer.no-duplicates': [
    { name: 'a file stands twice in a layer', form: 'hybrid', apply: add(file('a/b/final.txt', 'again\n')) },
    {
      name: 'a file stands twice, once with ./ before its path',
      form: 'containerd',
      apply: add(file('./a/b/final.txt', 'again\n')),
    },
    {
      name: 'a whiteout stands twice',
      form: 'hybrid',
      apply: insert(2, { path: 'a/b/.wh.old.txt' }),
    },
  ],
  'layer.safe-names': [
    {
      name: 'a path climbs out of the root',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: add(file('../../etc/cron.d/x', 'x')),
    },
    {
      name: 'an absolute path climbs out of the root',
      form: 'containerd',
      company: ['layer.parents-present'],
      apply: add(file('/../passwd', 'x')),
    },
  ],
  'layer.plain-names': [
    { name: 'a path is absolute', form: 'containerd', apply: add(file('/passwd', 'x')) },
    { name: 'a path climbs within the root', form: 'hybrid', apply: add(file('a/b/../top.txt', 'x')) },
  ],
  'layer.named-entries': [
    { name: 'a file has no name', form: 'hybrid', apply: add({ ...file('', ''), mode: 0o644 }) },
    { name: 'a file is called ./', form: 'containerd', apply: add(file('./', '')) },
  ],
  'layer.printable-names': [
    {
      name: 'a path holds an escape sequence',
      form: 'hybrid',
      apply: add(file('a/\u001b]0;title\u0007', 'x')),
    },
    { name: 'a path reverses the text behind it', form: 'hybrid', apply: add(file('a/\u202etxt.exe', 'x')) },
  ],
  'layer.parents-are-directories': [
    {
      name: 'a file lies below a symbolic link of the same layer',
      form: 'hybrid',
      apply: add({ path: 'out', type: 'symlink', linkname: '/etc' }, file('out/passwd', 'x')),
    },
    {
      name: 'a file lies below a file',
      form: 'hybrid',
      apply: add(file('plain', ''), file('plain/below', 'x')),
    },
    {
      name: 'a whiteout lies below a link of the same layer',
      form: 'containerd',
      apply: together(
        insert(2, { path: 'out/.wh.hello-link' }),
        insert(2, { path: 'out', type: 'symlink', linkname: 'a/b' }),
      ),
    },
  ],
  'layer.parents-stay': [
    {
      name: 'a folder without an entry becomes a link after its file',
      form: 'hybrid',
      apply: add(file('late/file', 'x'), { path: 'late', type: 'symlink', linkname: 'a' }),
    },
    {
      name: 'a folder without an entry becomes a file after its file',
      form: 'containerd',
      apply: add(file('late/file', 'x'), file('late', 'y')),
    },
  ],
  'layer.parents-in-lower-layers': [
    {
      name: 'a file lies below a file of a lower layer',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: add(file('a/b/hello-again/below', 'x')),
    },
    {
      name: 'a whiteout lies below a file of a lower layer',
      form: 'containerd',
      apply: insert(2, { path: 'a/b/hello-again/.wh.below' }),
    },
    {
      name: 'a file lies below a link to a file of a lower layer',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: add(file('a/b/hello-link/below', 'x')),
    },
  ],
  'layer.parents-in-lower-links': [
    {
      name: 'a file lies below a link to a folder of a lower layer',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: together(
        addBelow({ path: 'link', type: 'symlink', linkname: 'a/b' }),
        add(file('link/new', 'x')),
      ),
    },
    {
      name: 'a file lies below a link of a lower layer that leads nowhere',
      form: 'containerd',
      company: ['layer.parents-present'],
      apply: together(
        addBelow({ path: 'link', type: 'symlink', linkname: '/none' }),
        add(file('link/deep/new', 'x')),
      ),
    },
    {
      name: 'a whiteout lies below a link to a folder of a lower layer',
      form: 'hybrid',
      apply: together(
        addBelow({ path: 'link', type: 'symlink', linkname: 'a/b' }),
        insert(2, { path: 'link/.wh.hello-link' }),
      ),
    },
  ],
  'layer.folders-repeated': [
    {
      name: 'a file lies in an open folder of a lower layer',
      form: 'hybrid',
      company: ['layer.parents-present'],
      apply: together(addBelow({ ...directory('tmp/'), mode: 0o1777 }), add(file('tmp/new', 'x'))),
    },
    {
      name: 'a whiteout lies in a folder of another owner',
      form: 'containerd',
      apply: together(
        addBelow({ ...directory('home/'), uid: 1000, gid: 1000 }, file('home/old', 'x')),
        insert(0, { path: 'home/.wh.old' }),
      ),
    },
  ],
  'layer.no-opaque-root': [
    {
      name: 'an opaque whiteout in the root',
      form: 'hybrid',
      apply: together(set('config', '/config/Cmd', null), insert(0, { path: '.wh..wh..opq' })),
    },
  ],
  'layer.no-aufs-names': [
    {
      name: 'a whiteout of what would be a whiteout',
      form: 'hybrid',
      apply: insert(2, { path: 'a/b/.wh..wh.other' }),
    },
  ],
  'layer.settable-attributes': [
    {
      name: 'a capability of four bytes',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', {
        pax: { 'SCHILY.xattr.security.capability': '\u0001\0\0\u0002' },
      }),
    },
    {
      name: 'a symbolic link has an attribute of users',
      form: 'hybrid',
      apply: changeEntry('a/b/hello-link', { pax: { 'SCHILY.xattr.user.any': 'x' } }),
    },
    {
      name: 'an attribute of 70,000 bytes',
      form: 'containerd',
      apply: changeEntry('a/b/final.txt', { pax: { 'SCHILY.xattr.user.large': 'x'.repeat(70_000) } }),
    },
    {
      name: 'an access list that is none',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { pax: { 'SCHILY.xattr.system.posix_acl_access': 'user::rw-' } }),
    },
    {
      name: 'an attribute without a name',
      form: 'oci',
      apply: changeEntry('a/b/final.txt', { pax: { 'SCHILY.xattr.': 'x' } }),
    },
  ],
  'layer.linux-owners': [
    {
      name: 'a file belongs to the user that means no change',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { pax: { uid: '4294967295' } }),
    },
    {
      name: 'a file belongs to a group beyond 32 bits',
      form: 'containerd',
      apply: changeEntry('a/b/final.txt', { pax: { gid: '4294967296' } }),
    },
  ],
  'layer.no-global-headers': [
    {
      name: 'a global header with a comment, as git archive writes it',
      form: 'hybrid',
      apply: (draft) =>
        void layerAt(draft, 1).entries.unshift({
          path: 'pax_global_header',
          typeflag: 'g',
          content: '16 comment=abcd\n',
        }),
    },
    {
      name: 'a global header with a name for all that follows',
      form: 'containerd',
      apply: (draft) =>
        void layerAt(draft, 1).entries.push(
          { path: 'pax_global_header', typeflag: 'g', content: '14 path=other\n' },
          file('a/b/zzz', 'x'),
        ),
    },
  ],
  'layer.parents-precede': [
    {
      name: 'a folder stands after its file',
      form: 'hybrid',
      apply: add(file('late/file', 'x'), directory('late/')),
    },
  ],
  'layer.parents-present': [
    { name: 'a folder has no entry', form: 'hybrid', apply: add(file('x/y/z', 'deep\n')) },
  ],
  'layer.hardlink-target': [
    {
      name: 'a hard link leads to a file of a lower layer',
      form: 'hybrid',
      apply: add({ path: 'a/b/link', type: 'hardlink', linkname: 'a/b/hello' }),
    },
    {
      name: 'a hard link stands before its file',
      form: 'hybrid',
      apply: add({ path: 'a/b/link', type: 'hardlink', linkname: 'a/b/later' }, file('a/b/later', 'x')),
    },
    {
      name: 'a hard link leads to itself',
      form: 'hybrid',
      apply: add({ path: 'a/b/link', type: 'hardlink', linkname: 'a/b/link' }),
    },
  ],
  'layer.hardlink-attributes': [
    {
      name: 'a hard link has another mode than its file',
      form: 'hybrid',
      company: ['start.executable'],
      apply: changeEntry('a/b/hello-again', { mode: 0o644 }),
    },
    {
      name: 'a hard link has another owner than its file',
      form: 'containerd',
      apply: changeEntry('a/b/hello-again', { uid: 1000, gid: 1000 }),
    },
  ],
  'layer.hardlinks-inside': [
    {
      name: 'a hard link leads out of the root',
      form: 'hybrid',
      apply: add({ path: 'a/b/link', type: 'hardlink', linkname: '../../../etc/shadow' }),
    },
    {
      name: 'a hard link with an absolute target climbs out of the root',
      form: 'hybrid',
      apply: add({ path: 'a/b/link', type: 'hardlink', linkname: '/../etc/shadow' }),
    },
  ],
  'layer.symlinks-inside': [
    {
      name: 'a symbolic link climbs out of the root',
      form: 'hybrid',
      apply: add({ path: 'a/link', type: 'symlink', linkname: '../../etc/shadow' }),
    },
  ],
  'layer.symlink-target': [
    {
      name: 'a symbolic link has no target',
      form: 'hybrid',
      apply: add({ path: 'a/link', type: 'symlink', linkname: '' }),
    },
  ],
  'layer.no-symlink-cycles': [
    {
      name: 'two symbolic links lead to each other',
      form: 'hybrid',
      apply: add(
        { path: 'a/one', type: 'symlink', linkname: 'two' },
        { path: 'a/two', type: 'symlink', linkname: 'one' },
      ),
    },
    {
      name: 'a symbolic link leads to itself',
      form: 'hybrid',
      apply: add({ path: 'a/self', type: 'symlink', linkname: 'self' }),
    },
  ],
  'layer.link-size': [
    { name: 'a hard link has a size', form: 'hybrid', apply: changeEntry('a/b/hello-again', { size: 12 }) },
    {
      name: 'a folder has a size',
      form: 'hybrid',
      apply: add({ path: 'sized/', type: 'directory', size: 512 }),
    },
    {
      name: 'a FIFO has a size',
      form: 'hybrid',
      apply: add({ path: 'a/pipe', type: 'fifo', size: 512 }),
    },
  ],
  'layer.whiteout-name': [
    {
      name: 'a whiteout without a name',
      form: 'hybrid',
      apply: insert(2, { path: 'a/b/.wh.' }),
    },
    {
      name: 'a whiteout of the folder above',
      form: 'hybrid',
      apply: insert(2, { path: 'a/b/.wh...' }),
    },
  ],
  'layer.whiteout-empty': [
    {
      name: 'a whiteout has content',
      form: 'hybrid',
      apply: changeEntry('a/b/.wh.old.txt', { content: 'why\n' }),
    },
    {
      name: 'a whiteout is a folder',
      form: 'hybrid',
      apply: changeEntry('a/b/.wh.old.txt', { type: 'directory' }),
    },
  ],
  'layer.whiteout-sibling': [
    {
      name: 'a layer adds and then removes the same file',
      form: 'hybrid',
      company: ['layer.whiteouts-first'],
      apply: add({ path: 'a/b/.wh.final.txt' }),
    },
    {
      name: 'a layer removes a folder and adds it again, empty',
      form: 'hybrid',
      apply: together(
        addBelow(directory('kept/'), file('kept/below', 'x')),
        insert(0, { path: '.wh.kept' }),
        add(directory('kept/')),
      ),
    },
    {
      name: 'a layer removes a folder and adds a file below it',
      form: 'hybrid',
      company: ['start.program'],
      apply: insert(0, { path: '.wh.a' }),
    },
  ],
  'layer.whiteout-needed': [
    {
      name: 'a layer removes and adds the same file',
      form: 'hybrid',
      apply: add(file('a/b/old.txt', 'new\n')),
    },
    {
      name: 'a layer removes a folder and adds a file of its name',
      form: 'hybrid',
      apply: together(
        addBelow(directory('kept/'), file('kept/below', 'x')),
        insert(0, { path: '.wh.kept' }),
        add(file('kept', 'y')),
      ),
    },
  ],
  'layer.whiteout-folders': [
    {
      name: 'a whiteout lies in a folder that has a whiteout too',
      form: 'hybrid',
      apply: together(
        addBelow(directory('gone/'), file('gone/file', 'x')),
        insert(0, { path: '.wh.gone' }),
        insert(1, { path: 'gone/.wh.file' }),
      ),
    },
    {
      name: 'a whiteout stands before the whiteout of its folder, two folders up',
      form: 'containerd',
      apply: together(
        addBelow(directory('gone/'), directory('gone/deep/'), file('gone/deep/file', 'x')),
        insert(0, { path: 'gone/deep/.wh.file' }),
        insert(1, { path: '.wh.gone' }),
      ),
    },
    {
      name: 'an opaque whiteout lies in a folder that has a whiteout too',
      form: 'oci',
      company: ['layer.explicit-whiteouts'],
      apply: together(
        addBelow(directory('gone/')),
        insert(0, { path: '.wh.gone' }),
        insert(1, { path: 'gone/.wh..wh..opq' }),
      ),
    },
  ],
  'layer.whiteouts-first': [
    {
      name: 'a whiteout stands after its siblings',
      form: 'hybrid',
      apply: add({ path: 'a/b/.wh.hello-again' }),
    },
  ],
  'layer.explicit-whiteouts': [
    {
      name: 'an opaque whiteout',
      form: 'hybrid',
      company: ['start.program'],
      apply: changeEntry('a/b/.wh.old.txt', { path: 'a/b/.wh..wh..opq' }),
    },
  ],
  'layer.whiteout-mtime': [
    {
      name: 'a whiteout has the time of the build',
      form: 'containerd',
      apply: changeEntry('a/b/.wh.old.txt', { mtime: 1767323045 }),
    },
  ],
  'layer.no-sparse': [
    {
      name: 'a sparse file of pax, with its map before the content',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', {
        content: `${'1\n0\n4\n'.padEnd(512, '\0')}data`,
        pax: {
          'GNU.sparse.major': '1',
          'GNU.sparse.minor': '0',
          'GNU.sparse.name': 'a/b/final.txt',
          'GNU.sparse.realsize': '1000',
        },
      }),
    },
    {
      name: 'a sparse file of pax, with its map in a record',
      form: 'containerd',
      apply: changeEntry('a/b/final.txt', {
        content: 'data',
        pax: {
          'GNU.sparse.map': '0,4',
          'GNU.sparse.numblocks': '1',
          'GNU.sparse.size': '1000',
        },
      }),
    },
  ],
  'layer.known-types': [
    {
      name: 'an entry of a type of its own',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { typeflag: 'Z' }),
    },
    {
      name: 'a sparse file of GNU tar',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { typeflag: 'S', magic: 'gnu' }),
    },
    { name: 'a contiguous file', form: 'hybrid', apply: changeEntry('a/b/final.txt', { typeflag: '7' }) },
  ],
  'layer.no-devices': [
    {
      name: 'a device node',
      form: 'hybrid',
      apply: add({ path: 'a/sda', type: 'block-device', devmajor: 8, devminor: 0 }),
    },
  ],
  'layer.no-overlay-traces': [
    {
      name: 'a whiteout of overlayfs',
      form: 'hybrid',
      apply: add({ path: 'a/b/hello-again', type: 'character-device' }),
    },
    {
      name: 'the opaque mark of overlayfs',
      form: 'hybrid',
      apply: together(
        addBelow(directory('kept/'), file('kept/below', 'x')),
        add({
          ...directory('kept/'),
          pax: { 'SCHILY.xattr.trusted.overlay.opaque': 'y' },
        }),
      ),
    },
  ],
  'layer.no-overlay-attributes': [
    {
      name: 'the origin of a file that overlayfs copied up',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { pax: { 'SCHILY.xattr.trusted.overlay.origin': 'x' } }),
    },
    {
      name: 'the opaque mark of overlayfs for users',
      form: 'hybrid',
      apply: together(
        addBelow(directory('kept/'), file('kept/below', 'x')),
        add({ ...directory('kept/'), pax: { 'SCHILY.xattr.user.overlay.opaque': 'y' } }),
      ),
    },
  ],
  'layer.no-owner-names': [
    {
      name: 'the names of the build host',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { uname: 'games', gname: 'disk' }),
    },
  ],
  'layer.whole-seconds': [
    {
      name: 'a time with a fraction',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { pax: { mtime: '981173106.789' } }),
    },
  ],
  'layer.no-root-entry': [
    {
      name: 'an entry for the root',
      form: 'hybrid',
      apply: insert(0, directory('./')),
    },
  ],
  'layer.end-length': [
    {
      name: 'a layer is filled up to 10 KiB',
      form: 'hybrid',
      apply: changeLayer(1, { ending: { zeroBlocks: 14 } }),
    },
  ],
  'layer.empty-form': [
    {
      name: 'an empty layer of 10 KiB',
      form: 'hybrid',
      apply(draft) {
        imageAt(draft).layers.push({ ...layer(), ending: { zeroBlocks: 20 } });
        const { history } = goldenConfig(3);
        imageAt(draft).config['history'] = history ?? [];
      },
    },
  ],
};

function _insertWhiteout(draft: Draft, path: string, position = 2): void {
  layerAt(draft, 1).entries.splice(position, 0, { path });
}
