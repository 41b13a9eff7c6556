import { Buffer } from 'node:buffer';
import {
  padToBlock,
  paxRecord,
  sealHeader,
  writeHeader,
  writeOctal,
} from '../../archive/tar/write-header.ts';

/** One entry of a tar to be written: sensible where left out, and any field may be wrong on purpose. */
export interface TarItem {
  path: string;
  type?: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';
  content?: string | Uint8Array;
  mode?: number;
  uid?: number;
  gid?: number;
  mtime?: number;
  uname?: string;
  gname?: string;
  linkname?: string;
  devmajor?: number;
  devminor?: number;
  /** Overrides of what follows from the rest. */
  typeflag?: string;
  /** Size field, when it is to differ from the content. */
  size?: number;
  magic?: 'ustar' | 'gnu' | 'none';
  /** Records of an extended header before the entry. */
  pax?: Readonly<Record<string, string>>;
  /** The body of the extended header as it stands, well-formed or not. */
  paxBody?: string;
  /** Byte that fills the last block of the content. */
  paddingByte?: number;
  /** Changes the header after everything is set; the checksum is computed afterwards. */
  editHeader?: (header: Buffer) => void;
  /** Added to the right checksum. */
  checksumError?: number;
}

export interface TarEnding {
  /** Blocks of zeros at the end. Default: 2. */
  readonly zeroBlocks?: number;
  /** Bytes after them. */
  readonly trailing?: string | Uint8Array;
}

const TYPEFLAGS: Readonly<Record<NonNullable<TarItem['type']>, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};
const MODES: Readonly<Record<string, number>> = { directory: 0o755, symlink: 0o777 };

/** Writes a tar, byte for byte as told: nothing is checked or repaired. */
export function writeTar(
  items: readonly TarItem[],
  { zeroBlocks = 2, trailing = '' }: TarEnding = {},
): Uint8Array {
  return Buffer.concat([...items.map(writeItem), Buffer.alloc(zeroBlocks * 512), Buffer.from(trailing)]);
}

function writeItem(item: TarItem): Buffer {
  const content = Buffer.from(item.content ?? '');
  const records = Object.entries(item.pax ?? {}).map(([key, value]) => paxRecord(key, value));
  const body = item.paxBody ?? (item.pax && records.join(''));
  const extension =
    body === undefined
      ? []
      : [headerOf({ path: 'PaxHeaders/0', typeflag: 'x', size: Buffer.byteLength(body) }), padToBlock(body)];
  const header = headerOf({ ...item, size: item.size ?? content.length });
  return Buffer.concat([...extension, header, padToBlock(content, item.paddingByte)]);
}

function headerOf({ type = 'file', ...item }: TarItem): Buffer {
  const header = writeHeader({
    ...item,
    typeflag: item.typeflag ?? TYPEFLAGS[type],
    mode: item.mode ?? MODES[type] ?? 0o644,
  });
  header.write(item.uname ?? '', 265, 32, 'utf8');
  header.write(item.gname ?? '', 297, 32, 'utf8');
  writeOctal(header, item.devmajor ?? 0, 329, 8);
  writeOctal(header, item.devminor ?? 0, 337, 8);
  item.editHeader?.(header);
  sealHeader(header, item.checksumError);
  return header;
}
