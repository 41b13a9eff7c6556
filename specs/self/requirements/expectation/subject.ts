import { digestOf } from '../../../../helpers/archive/digest.ts';
import type { Archive, EntryContent, Image, Layer } from '../../../../helpers/archive/model.ts';
import type { EntryType, TarEntry } from '../../../../helpers/archive/tar/entry.ts';
import type { Json } from '../../../../helpers/common/json.ts';

/** A file of a layer in a few words. */
export interface FileOf {
  readonly path: string;
  readonly type?: EntryType;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly linkname?: string;
  readonly content?: string | Uint8Array;
  /** The reader kept the digest only. */
  readonly digestOnly?: boolean;
  /** The reader kept nothing. */
  readonly unread?: boolean;
}

/** An image in a few words; models are built from it without any tar. */
export interface ImageOf {
  readonly names: readonly string[];
  readonly layers: readonly (readonly FileOf[])[];
  /** The image config; `undefined`: it is missing. */
  readonly config?: Json | undefined;
}

export function imageOf({ names, layers, config }: ImageOf, position = 0): Image {
  const text = JSON.stringify(config);
  return {
    road: 'manifest.json',
    position,
    kind: 'image',
    names,
    path: [],
    diffIds: [],
    ...(config !== undefined && {
      config: { member: 'config.json', size: text.length, digest: digestOf(text), text, value: config },
    }),
    layers: layers.map((files, index) => {
      const member = `layer-${index}.tar`;
      return { position: index, member, reference: member, layer: layerOf(member, files) };
    }),
  };
}

export function archiveOf(...images: readonly ImageOf[]): Archive {
  return {
    source: 'test.tar',
    form: 'tar',
    compression: 'none',
    size: 0,
    members: [],
    problems: [],
    documents: {},
    dockerImages: images.map(imageOf),
    ociImages: [],
    descriptors: [],
    blobs: [],
    layers: new Map(),
    fingerprint: { profile: 'unknown', signs: [] },
  };
}

function layerOf(member: string, files: readonly FileOf[]): Layer {
  const entries = files.map((file, position) => ({ ...entryOf(file), headerOffset: position * 1024 }));
  const contents = new Map<number, EntryContent>();
  for (const [index, file] of files.entries()) {
    const bytes = Buffer.from(file.content ?? '');
    if ((file.type ?? 'file') !== 'file' || file.unread) continue;
    contents.set(index, { digest: digestOf(bytes), ...(!file.digestOnly && { bytes }) });
  }
  return {
    member,
    compression: 'none',
    size: 0,
    digest: '',
    uncompressedSize: 0,
    diffId: digestOf(member),
    entries: {
      length: entries.length,
      at: (index) => entries[index],
      [Symbol.iterator]: () => entries.values(),
    },
    trailer: { zeroBlocks: 2, trailingBytes: 0 },
    contents,
    programs: new Map(),
    texts: new Map(),
  };
}

function entryOf({
  path,
  type = 'file',
  mode = 0o644,
  uid = 0,
  gid = 0,
  linkname = '',
  content = '',
}: FileOf): TarEntry {
  return {
    path,
    type,
    typeflag: '0',
    mode,
    uid,
    gid,
    size: type === 'file' ? Buffer.from(content).length : 0,
    mtime: 0,
    uname: '',
    gname: '',
    linkname,
    devmajor: 0,
    devminor: 0,
    headerOffset: 0,
    dataOffset: 512,
    format: 'ustar',
    pax: {},
  };
}

const MACHINES = { amd64: 62, arm64: 183 } as const;

/** A 64-bit little-endian ELF executable of headers only, with an interpreter when one is named. */
export function elfOf(architecture: keyof typeof MACHINES, interpreter?: string): Uint8Array {
  const path = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const bytes = Buffer.alloc(64 + 56 + path.length);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes.writeUInt16LE(2, 16); // ET_EXEC
  bytes.writeUInt16LE(MACHINES[architecture], 18);
  bytes.writeUInt32LE(1, 20);
  bytes.writeBigUInt64LE(64n, 32); // program headers
  bytes.writeUInt16LE(64, 52);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(interpreter === undefined ? 1 : 3, 64); // PT_LOAD or PT_INTERP
  bytes.writeBigUInt64LE(120n, 72);
  bytes.writeBigUInt64LE(BigInt(path.length), 96);
  bytes.set(path, 120);
  return bytes;
}
