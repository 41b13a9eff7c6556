import { digestOf } from '../../../../helpers/archive/digest.ts';
import type {
  Archive,
  DescriptorUse,
  EntryContent,
  Image,
  JsonDocument,
  Layer,
} from '../../../../helpers/archive/model.ts';
import { fieldOf, listOf, stringOf } from '../../../../helpers/archive/oci/guards.ts';
import { manifestKind } from '../../../../helpers/archive/oci-view.ts';
import type { EntryType, TarEntry } from '../../../../helpers/archive/tar/entry.ts';
import type { Json } from '../../../../helpers/common/json.ts';

/** A file of a layer in a few words. */
export interface FileOf {
  readonly path: string;
  readonly type?: EntryType;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly mtime?: number;
  /** Extended attributes, as the reader of tars decodes them. */
  readonly xattrs?: Readonly<Record<string, string>>;
  readonly linkname?: string;
  readonly content?: string | Uint8Array;
  /** The reader kept the digest only. */
  readonly digestOnly?: boolean;
  /** The reader kept nothing. */
  readonly unread?: boolean;
  readonly isBinary?: true;
}

/** An image in a few words; models are built from it without any tar. */
export interface ImageOf {
  readonly names: readonly string[];
  readonly layers: readonly (readonly FileOf[])[];
  /** The image config; `undefined`: it is missing. */
  readonly config?: Json | undefined;
  readonly compression?: Layer['compression'];
  /** How index.json tells the same image; absent: there is none. */
  readonly oci?: OciOf | undefined;
  /** The content of the layer of this position is not in the archive. */
  readonly absentLayer?: number;
}

export interface OciOf {
  readonly index: Json;
  readonly descriptor: Json;
  readonly manifest: Json;
  /** What else index.json lists: signatures, attestations. */
  readonly beside?: readonly Beside[];
}

export interface Beside {
  readonly descriptor: Json;
  readonly manifest: Json;
}

/** Digest of the manifest of every `OciOf`: what is beside it names it. */
export const MANIFEST_DIGEST = `sha256:${'a'.repeat(64)}`;

export function imageOf(
  { names, layers, config, compression = 'none', absentLayer }: ImageOf,
  position = 0,
): Image {
  return {
    view: 'manifest.json',
    position,
    kind: 'image',
    names,
    path: [],
    diffIds: [],
    ...(config !== undefined && { config: documentOf('config.json', config) }),
    layers: layers.map((files, index) => {
      const member = `layer-${index}.tar`;
      const layer = { ...layerOf(member, files), compression };
      return { position: index, member, reference: member, ...(index !== absentLayer && { layer }) };
    }),
  };
}

function documentOf(member: string, value: Json): JsonDocument {
  const text = JSON.stringify(value);
  return { member, size: text.length, digest: digestOf(text), text, value };
}

function useOf(member: string, pointer: string, role: DescriptorUse['role'], value: Json): DescriptorUse {
  return { where: { member, pointer }, role, value };
}

/** What index.json leads to: the image first, then what is beside it. */
function ociImagesOf(image: ImageOf, { descriptor, manifest, beside = [] }: OciOf): readonly Image[] {
  const own = imageOf(image);
  const uses = listOf(manifest, 'layers').map((value, position) =>
    useOf('manifest.blob', `/layers/${position}`, 'layer', value),
  );
  const common = { view: 'index.json' as const, names: [], diffIds: [] };
  return [
    {
      ...own,
      ...common,
      path: [MANIFEST_DIGEST],
      descriptor: useOf('index.json', '/manifests/0', 'manifest', descriptor),
      manifest: documentOf('manifest.blob', manifest),
      layers: own.layers.map((layer, position) => {
        const use = uses[position];
        return { ...layer, ...(use && { descriptor: use }) };
      }),
    },
    ...beside.map((other, position) => ({
      ...common,
      position: position + 1,
      kind: manifestKind(other.descriptor, other.manifest),
      names: [stringOf(fieldOf(other.descriptor, 'annotations'), 'org.opencontainers.image.ref.name') ?? ''],
      path: [`sha256:${String(position).repeat(64)}`],
      descriptor: useOf('index.json', `/manifests/${position + 1}`, 'manifest', other.descriptor),
      manifest: documentOf(`beside-${position}.blob`, other.manifest),
      layers: [],
    })),
  ];
}

export function archiveOf(...images: readonly ImageOf[]): Archive {
  const [first] = images;
  return {
    source: 'test.tar',
    form: 'tar',
    compression: 'none',
    size: 0,
    members: [],
    problems: [],
    documents: { ...(first?.oci && { 'index.json': documentOf('index.json', first.oci.index) }) },
    dockerImages: images.map(imageOf),
    ociImages: images.flatMap((image) => (image.oci ? ociImagesOf(image, image.oci) : [])),
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
    contents.set(index, {
      digest: digestOf(bytes),
      ...(!file.digestOnly && { bytes }),
      ...(file.isBinary && { isBinary: true }),
    });
  }
  return {
    member,
    compression: 'none',
    size: 0,
    digest: '',
    uncompressedSize: entries.reduce((sum, { size }) => sum + 512 + Math.ceil(size / 512) * 512, 1024),
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
  mtime = 0,
  xattrs = {},
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
    mtime,
    uname: '',
    gname: '',
    linkname,
    devmajor: 0,
    devminor: 0,
    headerOffset: 0,
    dataOffset: 512,
    format: 'ustar',
    pax: Object.fromEntries(Object.entries(xattrs).map(([name, value]) => [`SCHILY.xattr.${name}`, value])),
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
