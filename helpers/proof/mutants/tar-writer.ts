import { Buffer } from 'node:buffer';

const BLOCK = 512;

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
  return Buffer.concat([...items.map(writeItem), Buffer.alloc(zeroBlocks * BLOCK), Buffer.from(trailing)]);
}

function writeItem(item: TarItem): Buffer {
  const content = Buffer.from(item.content ?? '');
  const body = item.paxBody ?? (item.pax ? paxBody(item.pax) : undefined);
  const extension =
    body === undefined
      ? []
      : [
          writeHeader({ path: 'PaxHeaders/0', typeflag: 'x', size: Buffer.byteLength(body) }),
          padded(Buffer.from(body), 0),
        ];
  const header = writeHeader({ ...item, size: item.size ?? content.length });
  return Buffer.concat([...extension, header, padded(content, item.paddingByte ?? 0)]);
}

function writeHeader(item: TarItem): Buffer {
  const { type = 'file', magic = 'ustar' } = item;
  const header = Buffer.alloc(BLOCK);
  header.write(item.path, 0, 100, 'utf8');
  octal(header, item.mode ?? MODES[type] ?? 0o644, 100, 8);
  octal(header, item.uid ?? 0, 108, 8);
  octal(header, item.gid ?? 0, 116, 8);
  octal(header, item.size ?? 0, 124, 12);
  octal(header, item.mtime ?? 0, 136, 12);
  header.write(item.typeflag ?? TYPEFLAGS[type], 156, 1, 'latin1');
  header.write(item.linkname ?? '', 157, 100, 'utf8');
  if (magic !== 'none') header.write(magic === 'gnu' ? 'ustar  \0' : 'ustar\x0000', 257, 8, 'latin1');
  header.write(item.uname ?? '', 265, 32, 'utf8');
  header.write(item.gname ?? '', 297, 32, 'utf8');
  octal(header, item.devmajor ?? 0, 329, 8);
  octal(header, item.devminor ?? 0, 337, 8);
  item.editHeader?.(header);
  header.write('        ', 148, 8, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0) + (item.checksumError ?? 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return header;
}

function octal(header: Buffer, value: number, start: number, length: number): void {
  header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, length, 'latin1');
}

function padded(content: Buffer, byte: number): Buffer {
  const rest = (BLOCK - (content.length % BLOCK)) % BLOCK;
  return Buffer.concat([content, Buffer.alloc(rest, byte)]);
}

/** Records `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxBody(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const rest = Buffer.byteLength(` ${key}=${value}\n`);
      let length = rest + 1;
      while (String(length).length + rest !== length) length++;
      return `${length} ${key}=${value}\n`;
    })
    .join('');
}
