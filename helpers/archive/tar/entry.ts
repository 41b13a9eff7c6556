/** What one tar header says, exactly as recorded: nothing is repaired, normalised or left out. */
export interface TarEntry {
  /** Path as recorded (pax `path` and GNU `L` applied, `./` and trailing `/` kept). A byte that is no UTF-8 is U+FFFD and its hexadecimal digits. */
  readonly path: string;
  readonly type: EntryType;
  /** The typeflag byte as one character; `\0` (old tar) is kept as `\0`. */
  readonly typeflag: string;
  /** The whole mode field, file-type bits included where a producer wrote them. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content that follow the header. */
  readonly size: number;
  /** Seconds since the epoch; fractional when a pax record says so. */
  readonly mtime: number;
  readonly uname: string;
  readonly gname: string;
  /** Target of a symbolic or hard link, `''` otherwise. */
  readonly linkname: string;
  readonly devmajor: number;
  readonly devminor: number;
  /** Byte offset of the first header block of this entry (its extension headers included) in the tar. */
  readonly headerOffset: number;
  /** Byte offset of the content in the tar. */
  readonly dataOffset: number;
  readonly format: TarFormat;
  /** The entry's own pax records (`x` header), raw, in order of appearance; xattrs are `SCHILY.xattr.*`. */
  readonly pax: Readonly<Record<string, string>>;
}

export type EntryType =
  | 'file'
  | 'hardlink'
  | 'symlink'
  | 'character-device'
  | 'block-device'
  | 'directory'
  | 'fifo'
  | 'contiguous'
  | 'sparse'
  | 'pax-global'
  | 'unknown';

export type TarFormat = 'v7' | 'ustar' | 'gnu' | 'pax';

/** What follows the last entry of a tar. */
export interface TarTrailer {
  /** 512-byte blocks of zeros after the last entry, to the end of the file or the first other byte. */
  readonly zeroBlocks: number;
  /** Bytes after those zero blocks (not a whole zero block): garbage, or a cut-off block. */
  readonly trailingBytes: number;
}
