import { decodeText } from './text.ts';

/** Records of a pax extended header, in order of appearance; of equal keys the last one counts (POSIX pax). */
interface PaxRecords {
  readonly records: ReadonlyMap<string, string>;
  /** Why the rest of the body could not be read. */
  readonly damage?: string;
}

const SPACE = 0x20;
const NEWLINE = 0x0a;
const EQUALS = 0x3d;

/** Reads `<length> <key>=<value>\n` records. Values are kept raw; a byte that is no UTF-8 is U+FFFD and its hexadecimal digits. `each` gets those of equal keys, too. */
export function parsePax(body: Uint8Array, each?: (key: string, value: string) => void): PaxRecords {
  const records = new Map<string, string>();
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  let at = 0;
  while (at < bytes.length) {
    // A body is sometimes padded with NULs up to its size.
    if (bytes[at] === 0)
      return bytes.subarray(at).every((byte) => byte === 0) ? { records } : damaged(records, at);
    let space = at;
    let length = 0;
    while (space < bytes.length && space - at < 10 && bytes[space] !== SPACE) {
      const digit = (bytes[space] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return damaged(records, at);
      length = length * 10 + digit;
      space++;
    }
    const end = at + length;
    const equals = bytes.indexOf(EQUALS, space);
    const fits = bytes[space] === SPACE && end <= bytes.length && bytes[end - 1] === NEWLINE;
    if (!fits || equals <= space + 1 || equals >= end - 1 + 1) return damaged(records, at);
    const key = bytes.toString('utf8', space + 1, equals);
    const value = decodeText(bytes, equals + 1, end - 1);
    records.set(key, value);
    each?.(key, value);
    at = end;
  }
  return { records };
}

/** How many records a body may hold: lines, the last one included. Cheaper than parsing, and never too few. */
export function countRecords(body: Uint8Array): number {
  let count = 1;
  for (let at = body.indexOf(NEWLINE); at >= 0; at = body.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function damaged(records: ReadonlyMap<string, string>, at: number): PaxRecords {
  return { records, damage: `no record of the form "<length> <key>=<value>" at byte ${at}` };
}

/** A pax number: decimal, with a fraction where the field allows one. `NaN` when it is none. */
export function paxNumber(text: string, form: 'integer' | 'time'): number {
  const pattern = form === 'integer' ? /^\d{1,16}$/ : /^-?\d{1,16}(?:\.\d{0,20})?$/;
  const value = pattern.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
}
