import { paxRecord, sealHeader, writeHeader } from '../../../../helpers/archive/tar/write-header.ts';

/** Hand-built tars: each block says exactly what the test wants, right or wrong. */

export interface BuiltEntry {
  readonly name?: string;
  readonly typeflag?: string;
  readonly content?: Uint8Array | string;
  /** Raw text of fields by offset, put in before the checksum. */
  readonly fields?: Readonly<Record<number, string>>;
  readonly checksum?: number;
  readonly padding?: Uint8Array;
}

export function header({
  name = 'file',
  typeflag = '0',
  content = '',
  fields = {},
  checksum,
}: BuiltEntry): Uint8Array {
  const block = writeHeader({ path: name, typeflag, size: Buffer.byteLength(content) });
  for (const [at, text] of Object.entries(fields)) block.write(text, Number(at), 'latin1');
  sealHeader(block);
  if (checksum !== undefined) block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

export function entry(built: BuiltEntry): Uint8Array {
  const content = Buffer.from(built.content ?? '');
  const padding = built.padding ?? new Uint8Array((512 - (content.length % 512)) % 512);
  return Buffer.concat([header(built), content, padding]);
}

export function pax(records: Readonly<Record<string, string>>, typeflag = 'x'): Uint8Array {
  const content = Object.entries(records)
    .map(([key, value]) => paxRecord(key, value))
    .join('');
  return entry({ name: 'PaxHeaders/0', typeflag, content });
}

export const END = new Uint8Array(1024);

export function tar(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...parts, END]);
}
