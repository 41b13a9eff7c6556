import { normalisePath } from '../../archive/normalise-path.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Locator } from '../../common/locator.ts';
import type { Violation } from '../outcome.ts';
import { stated } from './config.ts';
import type { ExpectedFiles, ExpectedValues } from './expectation-model.ts';
import { type FoundFile, type FoundFiles, pairs } from './files.ts';
import { escapePointer } from './json-position.ts';

/** Values by name, where a name may also be stated as any or none: extended attributes and annotations. */

export interface NamedValues {
  readonly values: ReadonlyMap<string, string>;
  readonly where: Locator;
  /** How they were obtained, in words. */
  readonly from: string;
}

type IsValue = (stated: string, actual: string) => boolean;

export function* compareValues(
  { values, where, from }: NamedValues,
  expected: ExpectedValues,
  pointer: string,
  isValue: IsValue = (wanted, actual) => wanted === actual,
): Iterable<Violation> {
  for (const [name, wanted] of Object.entries(expected)) {
    const actual = values.get(name);
    const holds =
      wanted === null
        ? actual === undefined
        : actual !== undefined && (wanted === ANY || isValue(wanted, actual));
    if (holds) continue;
    const shown =
      wanted === null ? `${name} absent` : wanted === ANY ? `${name} present` : `${name}=${wanted}`;
    yield {
      where,
      expected: { value: shown, from: stated(`${pointer}/${escapePointer(name)}`) },
      actual: { value: actual === undefined ? `${name} absent` : `${name}=${actual}`, from },
    };
  }
}

const ANY = '*';

export function* compareXattrs(found: FoundFiles, expected: ExpectedFiles): Iterable<Violation> {
  for (const { file, stated: wanted, pointer } of pairs(found, expected)) {
    if (!wanted.xattrs) continue;
    const holder = targetOf(file, found);
    const values = new Map(
      [...xattrsOf(holder.entry)].map(([name, value]) => [name, readableXattr(value)] as const),
    );
    const from = `pax records ${XATTR}* of ${holder.entry.path}`;
    yield* compareValues(
      { values, where: file.where, from },
      wanted.xattrs,
      `${pointer}/xattrs`,
      isSameXattr,
    );
  }
}

/** A hard link has the attributes of its target, where both come from one layer. */
function targetOf(file: FoundFile, { files }: FoundFiles): FoundFile {
  if (file.entry.type !== 'hardlink') return file;
  const target = files.get(normalisePath(file.entry.linkname));
  return target && target.where.layer === file.where.layer ? target : file;
}

const XATTR = 'SCHILY.xattr.';

/** Extended attributes as the records of the entry hold them. */
function* xattrsOf({ pax }: TarEntry): Iterable<readonly [string, string]> {
  for (const [key, value] of Object.entries(pax))
    if (key.startsWith(XATTR)) yield [key.slice(XATTR.length), value];
}

/** Extended attributes of an entry, each in the form in which an expectation states it. */
export function statedXattrs(entry: TarEntry): Readonly<Record<string, string>> {
  return Object.fromEntries([...xattrsOf(entry)].map(([name, value]) => [name, readableXattr(value)]));
}

/** A value that is no plain text, or would be read as something else, in hexadecimal digits, as getfattr writes it. */
function readableXattr(value: string): string {
  const isPlain = value !== ANY && !/[\p{Cc}\uFFFD]/u.test(value) && !/^0x[0-9a-f]*$/i.test(value);
  return isPlain ? value : `0x${bytesOf(value).toString('hex')}`;
}

function isSameXattr(wanted: string, actual: string): boolean {
  if (wanted === actual) return true;
  return /^0x(?:[0-9a-f]{2})*$/i.test(wanted) && wanted.toLowerCase() === hexOf(actual);
}

function hexOf(readable: string): string {
  return readable.startsWith('0x') ? readable : `0x${Buffer.from(readable).toString('hex')}`;
}

/** The reader of tars writes a byte that is no UTF-8 as U+FFFD and its two digits. */
function bytesOf(value: string): Buffer {
  const parts = value.split(/\uFFFD([89a-f][0-9a-f])/);
  return Buffer.concat(parts.map((part, at) => Buffer.from(part, at % 2 === 1 ? 'hex' : 'utf8')));
}
