/** Writes tars for tests, with every header field in the caller's hands. */
export interface TarMember {
  readonly name: string;
  readonly body?: string | Uint8Array;
  readonly type?: '0' | '1' | '2' | '5';
  readonly mode?: number;
  readonly mtime?: number;
  readonly uid?: number;
  readonly uname?: string;
  readonly linkname?: string;
  readonly magic?: 'ustar\u000000' | 'ustar  \u0000';
  readonly pax?: Readonly<Record<string, string>>;
}

const BLOCK = 512;

export function tarOf(members: readonly TarMember[], zeroBlocks = 2): Uint8Array {
  return Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(zeroBlocks * BLOCK)]);
}

function blocksOf(member: TarMember): readonly Uint8Array[] {
  const long = Buffer.byteLength(member.name) > 100 ? { path: member.name } : {};
  const records = Object.entries({ ...long, ...member.pax })
    .map(paxRecord)
    .join('');
  const extension = records === '' ? [] : [...plain({ name: 'PaxHeaders/x', body: records }, 'x')];
  return [...extension, ...plain(member, member.type ?? '0')];
}

function* plain(member: TarMember, typeflag: string): Iterable<Uint8Array> {
  const body = Buffer.from(member.body ?? '');
  yield header(member, typeflag, body.length);
  yield body;
  yield Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK);
}

function header(member: TarMember, typeflag: string, size: number): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  const number = (value: number, offset: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
  block.write(member.name, 0, 100, 'utf8');
  number(member.mode ?? 0o644, 100, 8);
  number(member.uid ?? 0, 108, 8);
  number(0, 116, 8);
  number(size, 124, 12);
  number(member.mtime ?? 0, 136, 12);
  block.write(typeflag, 156, 'latin1');
  block.write(member.linkname ?? '', 157, 'utf8');
  block.write(member.magic ?? 'ustar\u000000', 257, 'latin1');
  block.write(member.uname ?? '', 265, 'utf8');
  block.write('        ', 148, 'latin1');
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function paxRecord([key, value]: readonly [string, string]): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}
