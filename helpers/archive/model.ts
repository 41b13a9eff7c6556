import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';
import type { Program } from './programs.ts';
import type { TarEntry, TarTrailer } from './tar/entry.ts';
import type { PackedEntries } from './tar/packed-entries.ts';

/** A saved image in any form, as data. Produced by `readArchive`, which never judges; requirements never read. */
export interface Archive {
  /** The name the user gave: a path, or `-`. */
  readonly source: string;
  readonly form: 'tar' | 'directory';
  /** Compression around the whole archive. */
  readonly compression: Compression;
  /** Bytes as stored (compressed, if it is). */
  readonly size: number;
  /** Members in order of appearance; the files of a directory in sorted order. */
  readonly members: readonly Member[];
  /** Absent for a directory. */
  readonly trailer?: TarTrailer;
  /** Why the archive was not read to its end: what it holds is not known, and only the damage is judged. */
  readonly incomplete?: string;
  /** All damage met while reading, here and in layers. Each kind is the subject of a requirement. */
  readonly problems: readonly Problem[];
  /** `oci-layout`, `index.json`, `manifest.json`, `repositories`, `version`: parsed where present. */
  readonly documents: Readonly<Partial<Record<DocumentName, JsonDocument>>>;
  /** Image indexes below `index.json`, once each, in order of discovery. */
  readonly indexes?: readonly JsonDocument[];
  /** `<id>/json` and `<id>/VERSION` of legacy docker archives, by member name. */
  readonly v1Files?: ReadonlyMap<string, JsonDocument>;
  /**
   * Every image as `manifest.json` tells it (docker archive), or, where there is neither that nor `index.json`, as the
   * v1 format tells it; empty when there is none.
   */
  readonly dockerImages: readonly Image[];
  /** Every manifest that `index.json` reaches (OCI layout), attestations and artifacts too. */
  readonly ociImages: readonly Image[];
  /** Every descriptor of the OCI view and of `LayerSources`, with what it points at. */
  readonly descriptors: readonly DescriptorUse[];
  /** Every `blobs/<algorithm>/<encoded>` member with its measured digest. */
  readonly blobs: readonly Blob[];
  /** Every layer read, once each, by member name. */
  readonly layers: ReadonlyMap<string, Layer>;
  readonly fingerprint: Fingerprint;
}

export type LayerCompression = 'none' | 'gzip' | 'zstd' | 'unknown';
/** `xz` and `bzip2` are around a whole archive only: `docker load` and `podman load` read them; layers have no such form. */
export type Compression = LayerCompression | 'xz' | 'bzip2';
export type DocumentName = 'oci-layout' | 'index.json' | 'manifest.json' | 'repositories' | 'version';

export interface Member extends TarEntry {
  /** Follows the link chain of a symlink inside the archive: the member reached, or why not. */
  readonly resolved?: string;
  /** A member of the same name came before, with other content. */
  readonly rival?: true;
}

/** A JSON file, judged by its bytes: the digest is of the bytes, never of a re-serialisation. */
export interface JsonDocument {
  readonly member: string;
  readonly size: number;
  /** sha256 of the bytes. */
  readonly digest: string;
  readonly text: string;
  /** `undefined` when it is no JSON (a problem says so). */
  readonly value: Json | undefined;
  /** Numbers that are written with a fraction or an exponent, where there are any. */
  readonly fractions?: readonly WrittenNumber[];
}

/** `862.0` and `862e0` have the value of a whole number and are none to parsers of typed languages. */
export interface WrittenNumber {
  readonly pointer: string;
  readonly text: string;
}

/** One image in one view. */
export interface Image {
  readonly view: 'manifest.json' | 'index.json' | 'repositories';
  /** Position in `manifest.json` or among the topmost layers of the v1 format, or order of discovery from `index.json`. */
  readonly position: number;
  readonly kind: 'image' | 'attestation' | 'artifact';
  /** `RepoTags`, or the names in the annotations of the `index.json` descriptor that led here; as written. */
  readonly names: readonly string[];
  /** `index.json` view: the digests from `index.json` down to the manifest. */
  readonly path: readonly string[];
  /** `index.json` view: the descriptor that pointed at the manifest, and the manifest. */
  readonly descriptor?: DescriptorUse;
  readonly manifest?: JsonDocument;
  readonly config?: JsonDocument;
  /** The config's `rootfs.diff_ids` where they are an array of strings; `[]` otherwise. */
  readonly diffIds: readonly string[];
  /** The layers that the view lists, bottom first, whether or not the content exists. */
  readonly layers: readonly LayerReference[];
}

export interface LayerReference {
  readonly position: number;
  /** Member that the view names (link resolved), even if the member does not exist. */
  readonly member: string;
  /** As written: a path in `manifest.json`, a digest in a manifest. */
  readonly reference: string;
  readonly descriptor?: DescriptorUse;
  /** Absent when the content is missing or is no layer. */
  readonly layer?: Layer;
}

/** One layer, read once: everything measured in a single pass over its bytes. */
export interface Layer {
  readonly member: string;
  /** Measured from magic bytes, never from names or media types. */
  readonly compression: Compression;
  /** Bytes and sha256 as stored. */
  readonly size: number;
  readonly digest: string;
  /** Bytes and sha256 uncompressed; the diffID is `''` when decompression failed. */
  readonly uncompressedSize: number;
  readonly diffId: string;
  /** Entries in order. Iterate; a layer of a million files is held compactly. */
  readonly entries: EntryList;
  readonly trailer: TarTrailer;
  /** Contents and digests of files, by entry position, as asked for in `ReadOptions.contents`. */
  readonly contents: ReadonlyMap<number, EntryContent>;
  /** Programs and scripts by entry position, as their first bytes tell. */
  readonly programs: ReadonlyMap<number, Program>;
  /** The small text files of `START_TEXTS` by entry position: users, groups, folders of libraries. */
  readonly texts: ReadonlyMap<number, string>;
}

export interface EntryList extends Iterable<TarEntry> {
  readonly length: number;
  /** The entries as columns, where the list is made of them. */
  readonly packed?: PackedEntries;
  at(position: number): TarEntry | undefined;
}

export interface EntryContent {
  readonly digest: string;
  /** Present up to the size asked for. */
  readonly bytes?: Uint8Array;
  /** It holds a NUL byte; told where texts were asked for. */
  readonly isBinary?: true;
}

export interface Blob {
  readonly member: string;
  /** Name of the folder below `blobs/` and of the file. */
  readonly algorithm: string;
  readonly encoded: string;
  readonly size: number;
  /** `<algorithm>:<measured hex>`; `''` for an algorithm that is not known here. */
  readonly measured: string;
}

/** A descriptor where it stands, as written, beside what it points at. */
export interface DescriptorUse {
  readonly where: Locator;
  readonly role: 'manifest' | 'config' | 'layer' | 'subject' | 'layer-source';
  /** As written; any JSON, so every field must be checked before use. */
  readonly value: Json;
  /** Only when `digest` is a string of the right grammar. */
  readonly digest?: string;
  readonly mediaType?: string;
  /** The member that holds the content, if the archive has it. */
  readonly blob?: Blob;
}

/** Damage met while reading. exactly one requirement covers each `kind`. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly where: Locator;
  readonly expected: Json;
  readonly actual: Json;
}

export type ProblemKind =
  | 'empty-archive'
  | 'not-an-archive'
  | 'tar-truncated'
  | 'tar-checksum'
  | 'tar-number'
  | 'tar-pax'
  | 'tar-sparse'
  | 'tar-padding'
  | 'tar-trailer'
  | 'tar-trailing-data'
  | 'compression-damaged'
  | 'compression-unsupported'
  | 'compression-trailing-data'
  | 'compression-lead-in'
  | 'json-syntax'
  | 'json-encoding'
  | 'json-duplicate-key'
  | 'limit-json-size'
  | 'limit-json-depth'
  | 'limit-entries'
  | 'limit-expansion'
  | 'limit-links'
  | 'limit-names'
  | 'index-loop';

/** Which producer generation wrote the archive, told from its form alone. */
export interface Fingerprint {
  readonly profile: Profile;
  /** The signs that decided, in words: `LayerSources present`, `blob members mode 0444`. */
  readonly signs: readonly string[];
}

export type Profile =
  | 'docker-graphdriver-legacy'
  | 'docker-graphdriver-hybrid'
  | 'docker-containerd'
  | 'buildkit-docker'
  | 'buildkit-oci'
  | 'podman-docker-archive'
  | 'podman-oci-archive'
  | 'docker-dir'
  | 'go-containerregistry'
  | 'umoci'
  | 'oci-layout'
  | 'unknown';

export interface ReadOptions {
  /** Which file contents of layers to keep. Default: none. */
  readonly contents?: ContentsWanted;
  readonly limits?: Partial<ReadLimits>;
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void;
}

export interface ContentsWanted {
  /** Paths (normalised: no `./`, no leading or trailing `/`), or `all`. */
  readonly paths: 'all' | readonly string[];
  /** Bytes are kept for files up to this size; larger ones keep only the digest. */
  readonly maxFileBytes: number;
  /** Also every file without a NUL byte, kept up to this size. */
  readonly maxTextBytes?: number;
  /** For people to look at: files up to `SHOWN_TEXT_BYTES`, as far as little memory reaches. */
  readonly showsTexts?: boolean;
}

/**
 * Budgets against hostile archives, each over the whole archive. Exceeding one is a problem, never an exception, and
 * what follows is not judged.
 */
export interface ReadLimits {
  /** Compressed streams, nested ones too, may expand to this many bytes whatever the size of the archive. */
  readonly freeExpansion: number;
  /** Beyond it, to this many times the bytes that are stored. */
  readonly expansionRatio: number;
  /** And never to more than this. */
  readonly expandedBytes: number;
  /** What an archive in xz may unpack to, and one in bzip2: their decoders are slow, so no size of the archive raises it. */
  readonly xzBytes: number;
  readonly bzip2Bytes: number;
  /** Zeros that are read after the end marker of the archive. */
  readonly zeroBytesAtEnd: number;
  readonly members: number;
  /** Entries of all layers. */
  readonly entries: number;
  /** Memory for the entries of all layers and for members. */
  readonly entryBytes: number;
  readonly paxRecords: number;
  /** Length of the folders above entries, once for each level that differs from the entry before. */
  readonly folderText: number;
  /** Entries over the layers of every image, a shared layer counted for each image. */
  readonly stackedEntries: number;
  readonly jsonBytes: number;
  readonly jsonBytesTotal: number;
  readonly jsonValues: number;
  readonly jsonDepth: number;
  /** Descriptors and references to layers that are followed. */
  readonly descriptors: number;
  readonly layersOfImage: number;
  readonly indexDepth: number;
  /** Bytes of file contents that are kept. */
  readonly contentBytes: number;
}
