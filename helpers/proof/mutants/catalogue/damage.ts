import { Buffer } from 'node:buffer';
import { digestOf } from '../../../archive/digest.ts';
import {
  add,
  addMembers,
  changeBytes,
  changeDraft,
  changeEntry,
  changeLayer,
  changeMember,
  changeMembers,
  rewrite,
  set,
  together,
} from '../change.ts';
import type { MutantsOf } from '../define.ts';
import type { MutableJson, MutableObject } from '../draft.ts';
import { addEntries, getAt, imageAt, layerAt, setAt } from '../edit.ts';
import { file } from '../golden.ts';
import { OCI } from '../media.ts';
import type { TarItem } from '../tar-writer.ts';
import { blobName, descriptor, gzip } from '../write-image.ts';
import { zstdFrame } from '../zstd-frame.ts';

type Ids =
  | 'archive.not-empty'
  | 'archive.is-tar'
  | `tar.${'complete' | 'checksum' | 'numbers' | 'pax-records' | 'sparse-map' | 'padding' | 'end-marker' | 'no-trailing-data'}`
  | `compression.${'sound' | 'known' | 'no-trailing-data' | 'frame-first'}`
  | `json.${'syntax' | 'encoding' | 'whole-numbers' | 'unique-keys'}`
  | `limit.${'json-size' | 'json-depth' | 'entries' | 'expansion' | 'names' | 'links'}`
  | 'index.acyclic';

/** Magic number, size and four bytes of metadata. */
const SKIPPABLE_FRAME: Uint8Array = Buffer.from('502a4d180400000000000000', 'hex');

export const DAMAGE_MUTANTS: MutantsOf<Ids> = {
  'archive.not-empty': [
    {
      name: 'a file of 0 bytes',
      form: 'hybrid',
      apply: changeBytes(() => new Uint8Array()),
    },
  ],
  'archive.is-tar': [
    {
      name: 'a text file',
      form: 'hybrid',
      apply: changeBytes(() => Buffer.from('no image here\n'.repeat(200))),
    },
  ],
  'tar.complete': [
    {
      name: 'the archive ends within its last member',
      form: 'hybrid',
      apply: together(
        addMembers({ path: 'zz-notes', content: 'x'.repeat(2000) }),
        changeBytes((archive) => archive.subarray(0, -1024 - 600)),
      ),
    },
    {
      name: 'a layer ends within its last file',
      form: 'containerd',
      apply: together(
        add(file('a/b/long.txt', 'y'.repeat(1500))),
        changeLayer(1, { editTar: (tar) => tar.subarray(0, -1024 - 700) }),
      ),
    },
    {
      name: 'a layer ends within the second block of zeros',
      form: 'hybrid',
      apply: changeLayer(1, { editTar: (tar) => tar.subarray(0, -412) }),
    },
  ],
  'tar.checksum': [
    {
      name: 'a header of a layer has a wrong checksum',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { checksumError: 1 }),
    },
    {
      name: 'a header of the archive has a wrong checksum',
      form: 'oci',
      apply: changeMember(/^oci-layout$/, { checksumError: 3 }),
    },
  ],
  'tar.numbers': [
    {
      name: 'the uid of an entry is no octal number',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { editHeader: (header) => void header.write('00089000', 108) }),
    },
  ],
  'tar.pax-records': [
    {
      name: 'a pax record says a wrong length',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { paxBody: '99 comment=x\n' }),
    },
  ],
  'tar.sparse-map': [
    misfit('a map of one pair says that it has two', sparse('2\n0\n4\n', 'data')),
    misfit('a map that is text', sparse('many\n0\n4\n', 'data')),
    misfit('a piece lies beyond the end', sparse('1\n998\n4\n', 'data')),
    misfit('two pieces overlap', sparse('2\n0\n4\n2\n2\n', 'datada')),
    misfit('the map has more bytes than are stored', sparse('1\n0\n8\n', 'data')),
    misfit('more bytes are stored than the map has', sparse('1\n0\n2\n', 'data')),
    misfit('a map in a record has more numbers than it says', {
      content: 'data',
      pax: { 'GNU.sparse.map': '0,2,10,2', 'GNU.sparse.numblocks': '1', 'GNU.sparse.size': '1000' },
    }),
  ],
  'tar.padding': [
    {
      name: 'the padding of a file holds bytes',
      form: 'hybrid',
      apply: changeEntry('a/b/final.txt', { paddingByte: 0x41 }),
    },
  ],
  'tar.end-marker': [
    {
      name: 'a layer ends without blocks of zeros',
      form: 'hybrid',
      apply: changeLayer(1, { ending: { zeroBlocks: 0 } }),
    },
    {
      name: 'the archive ends with one block of zeros',
      form: 'oci',
      apply: changeDraft({ ending: { zeroBlocks: 1 } }),
    },
  ],
  'tar.no-trailing-data': [
    {
      name: 'text follows the end of a layer',
      form: 'hybrid',
      apply: changeLayer(1, { ending: { trailing: 'hidden text' } }),
    },
    {
      name: 'a block follows the end of the archive',
      form: 'legacy',
      apply: changeDraft({ ending: { trailing: 'z'.repeat(512) } }),
    },
  ],
  'compression.sound': [
    {
      name: 'the checksum of a gzip layer is wrong',
      form: 'containerd',
      apply: changeLayer(1, {
        store: (tar) => {
          const bytes = Buffer.from(gzip(tar));
          bytes.writeUInt8((bytes.at(-8) ?? 0) ^ 1, bytes.length - 8);
          return bytes;
        },
      }),
    },
    {
      name: 'a gzip layer is cut off',
      form: 'containerd',
      apply: changeLayer(1, { store: (tar) => gzip(tar).subarray(0, -12) }),
    },
    {
      name: 'the checksum of a zstd layer is wrong',
      form: 'oci',
      apply: (draft) => {
        const store = (tar: Uint8Array) => {
          const bytes = Buffer.concat([zstdFrame(tar), Buffer.alloc(4)]);
          // The flag that a checksum follows the content; four zeros are not its.
          bytes.writeUInt8((bytes[4] ?? 0) | 4, 4);
          return bytes;
        };
        Object.assign(layerAt(draft, 1), { store, mediaType: OCI.zstdLayer });
      },
    },
  ],
  'compression.known': [
    {
      name: 'the frame of a zstd layer names a dictionary',
      form: 'oci',
      apply: (draft) => {
        const store = (tar: Uint8Array) => {
          const bytes = Buffer.from(zstdFrame(tar));
          // Flag of an id of one byte, and the id 7 before the size of the content.
          return Buffer.concat([bytes.subarray(0, 4), Buffer.of((bytes[4] ?? 0) | 1, 7), bytes.subarray(5)]);
        };
        Object.assign(layerAt(draft, 1), { store, mediaType: OCI.zstdLayer });
      },
    },
    {
      name: 'a layer is compressed with xz',
      form: 'containerd',
      apply: changeLayer(1, {
        store: () => Buffer.from('fd377a585a000004e6d6b4460200210116000000742fe5a3', 'hex'),
      }),
    },
  ],
  'compression.no-trailing-data': [
    {
      name: 'text follows a gzip layer',
      form: 'containerd',
      apply: changeLayer(1, { store: (tar) => Buffer.concat([gzip(tar), Buffer.from('trailing text')]) }),
    },
  ],
  'compression.frame-first': [
    {
      name: 'a skippable frame stands before a zstd layer',
      form: 'containerd',
      apply: changeLayer(1, {
        store: (tar) => Buffer.concat([SKIPPABLE_FRAME, zstdFrame(tar)]),
        mediaType: OCI.zstdLayer,
      }),
    },
  ],
  'json.syntax': [
    {
      name: 'the config lacks its last brace',
      form: 'hybrid',
      apply: rewrite('config', (text) => text.slice(0, -1)),
    },
    {
      name: 'index.json has a comma too many',
      form: 'oci',
      apply: rewrite('indexJson', (text) => text.replace('{', '{,')),
    },
  ],
  'json.encoding': [
    {
      name: 'the config starts with a byte order mark',
      form: 'hybrid',
      apply: rewrite('config', (text) => `\ufeff${text}`),
    },
  ],
  'json.whole-numbers': [
    {
      name: 'the size of a layer has a fraction of nothing',
      form: 'containerd',
      apply: rewrite('manifest', (text) => text.replace(/("size":\d+)}]/, '$1.0}]')),
    },
    {
      name: 'the size of a manifest has an exponent',
      form: 'oci',
      apply: rewrite('indexJson', (text) => text.replace(/("size":\d+)/, '$1e0')),
    },
    {
      name: 'StopTimeout of the config is 10.0',
      form: 'crane',
      apply: rewrite('config', (text) => text.replace('"config":{', '"config":{"StopTimeout":10.0,')),
    },
    {
      name: 'a size in LayerSources is written with an exponent',
      form: 'hybrid',
      apply: rewrite('manifestJson', (text) => text.replace(/("size":\d+)/, '$1E0')),
    },
  ],
  'json.unique-keys': [
    {
      name: 'the config names its os twice',
      form: 'hybrid',
      apply: rewrite('config', (text) => text.replace('{', '{"os":"linux",')),
    },
  ],
  'limit.json-size': [
    {
      name: 'the config is larger than the budget',
      form: 'hybrid',
      limits: { jsonBytes: 4000 },
      apply: set('config', '/config/Labels/com.example.long', 'x'.repeat(5000)),
    },
  ],
  'limit.json-depth': [
    {
      name: 'the config nests lists beyond the budget',
      form: 'hybrid',
      apply: (draft) =>
        setAt(
          imageAt(draft).config,
          '/com.example.deep',
          JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`) as MutableJson,
        ),
    },
  ],
  'limit.entries': [
    {
      name: 'a layer has more entries than the budget',
      form: 'hybrid',
      limits: { entries: 40 },
      apply: (draft) =>
        addEntries(draft, ...Array.from({ length: 60 }, (_, index) => file(`a/b/file-${index}`, ''))),
    },
  ],
  'limit.expansion': [
    {
      name: 'a gzip layer expands beyond the budget',
      form: 'containerd',
      limits: { expandedBytes: 64 * 1024 },
      apply: add(file('a/b/zeros', '\0'.repeat(200_000))),
    },
  ],
  'limit.names': [
    {
      name: 'a file of a layer has a name of 5,000 bytes',
      form: 'hybrid',
      apply: add({ path: 'long', pax: { path: `a/b/${'x'.repeat(5000)}` } }),
    },
  ],
  'limit.links': [
    {
      name: 'two links of layers lead to each other',
      form: 'legacy',
      apply: changeMembers((members) => {
        const layers = members.filter(({ path }) => path.endsWith('/layer.tar'));
        return members.map((item) => {
          const other = layers.find(({ path }) => layers.includes(item) && path !== item.path);
          return other
            ? { path: item.path, type: 'symlink', linkname: `../${other.path}`, mtime: item.mtime ?? 0 }
            : item;
        });
      }),
    },
  ],
  'index.acyclic': [
    {
      name: 'indexes are nested beyond the budget',
      form: 'oci',
      apply(draft) {
        const blobs: TarItem[] = [];
        draft.edit.indexJson = (index) => {
          const root = getAt(index, '/manifests/0') as MutableObject;
          const { annotations = {}, ...plain } = root;
          let inner: MutableObject = plain;
          for (let depth = 0; depth < 12; depth++) {
            const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests: [inner] });
            blobs.push({ path: blobName(digestOf(text)), content: text });
            inner = descriptor(OCI.index, text);
          }
          setAt(index, '/manifests/0', { ...inner, annotations });
        };
        draft.members = (members) => [...members, ...blobs];
      },
    },
    {
      // Only a blob that does not hash to its name can contain its own digest.
      name: 'an index lists itself',
      form: 'oci',
      company: ['layout.blob-digest'],
      apply(draft) {
        const digest = `sha256:${'ab'.repeat(32)}`;
        const blobs: TarItem[] = [];
        draft.edit.indexJson = (index) => {
          const { annotations = {}, ...plain } = getAt(index, '/manifests/0') as MutableObject;
          const own = { mediaType: OCI.index, digest, size: 1000 };
          const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI.index, manifests: [plain, own] });
          blobs.push({ path: blobName(digest), content: text.padEnd(1000) });
          setAt(index, '/manifests/0', { ...own, annotations });
        };
        draft.members = (members) => [...members, ...blobs];
      },
    },
  ],
};

/** A sparse file whose map does not fit what is stored. */
function misfit(name: string, entry: Partial<TarItem>) {
  const company = ['layer.no-sparse'] as const;
  return { name, form: 'hybrid', company, apply: changeEntry('a/b/final.txt', entry) } as const;
}

/** A sparse file of version 1.0: its map fills blocks before the content. */
function sparse(map: string, content: string): Partial<TarItem> {
  return {
    content: `${map.padEnd(512, '\0')}${content}`,
    pax: {
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': 'a/b/final.txt',
      'GNU.sparse.realsize': '1000',
    },
  };
}
