import { BLOCK } from './header.ts';

/** A header to be written. What is left out is zero or empty; what does not fit its field is cut off. */
interface HeaderFields {
  readonly path: string;
  readonly typeflag?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly mtime?: number;
  readonly linkname?: string;
  readonly magic?: 'ustar' | 'gnu' | 'none';
}

const MAGIC = { ustar: 'ustar\x0000', gnu: 'ustar  \0', none: '' } as const;

/** One header of ustar, for build contexts of our own and for archives that are wrong on purpose: nothing is checked. */
export function writeHeader(fields: HeaderFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(fields.path, 0, 100, 'utf8');
  writeOctal(block, fields.mode ?? 0o644, 100, 8);
  writeOctal(block, fields.uid ?? 0, 108, 8);
  writeOctal(block, fields.gid ?? 0, 116, 8);
  writeOctal(block, fields.size ?? 0, 124, 12);
  writeOctal(block, fields.mtime ?? 0, 136, 12);
  block.write(fields.typeflag ?? '0', 156, 1, 'latin1');
  block.write(fields.linkname ?? '', 157, 100, 'utf8');
  block.write(MAGIC[fields.magic ?? 'ustar'], 257, 8, 'latin1');
  sealHeader(block);
  return block;
}

export function writeOctal(block: Buffer, value: number, start: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, length, 'latin1');
}

/** Writes the checksum, after whatever was changed; `error` is added to the right one. */
export function sealHeader(block: Uint8Array, error = 0): void {
  block.fill(0x20, 148, 156);
  let sum = error;
  for (const byte of block) sum += byte;
  block.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `, 'latin1'), 148);
}

/** Content up to the end of its last block, which this byte fills. */
export function padToBlock(content: Uint8Array | string, byte = 0): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & (BLOCK - 1), byte)]);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
export function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (String(length).length + rest !== length) length++;
  return `${length} ${key}=${value}\n`;
}
