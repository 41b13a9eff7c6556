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
  const block = new Uint8Array(512);
  const put = (text: string, at: number) => void block.set(Buffer.from(text, 'latin1'), at);
  put(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${Buffer.from(content).length.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put(typeflag, 156);
  put('ustar\u000000', 257);
  for (const [at, text] of Object.entries(fields)) put(text, Number(at));
  put(' '.repeat(8), 148);
  const sum = checksum ?? block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
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

export function paxRecord(key: string, value: string): string {
  const body = Buffer.byteLength(` ${key}=${value}\n`);
  let length = body;
  while (String(length).length + body !== length) length = String(length).length + body;
  return `${length} ${key}=${value}\n`;
}

export const END = new Uint8Array(1024);

export function tar(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...parts, END]);
}
