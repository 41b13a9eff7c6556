import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { archive, MIB, repeat } from './bytes.ts';
import type { HostileInput } from './hostile-input.ts';

/** The decoders of xz and bzip2 are slow: what unpacks to more than their budget is not judged. */
const SLOW = { exitCodes: [2], says: 'which is slow to unpack, and the budget for it ends at' } as const;
/** One byte, as `bzip2 -9` and `xz --check=sha256` compress it. */
const BZIP2_BYTE = Buffer.from('QlpoOTFBWSZTWRmTm2sAAAABACAAIAAhGEaC7kinChIDMnNtYA==', 'base64');
const XZ_BYTE = Buffer.from(
  '/Td6WFoAAArh+wyhAgAhARYAAAB0L+WjAQAAYQAAAADKl4ESyhu9yvrCMbOaI9xNp4bv+BR8TnK5gHeFr+5IuwABMQEPgtyRGJtLmgEAAAAAClla',
  'base64',
);

/** 45 MB of zeros, as `bzip2 -9` compresses them. */
const BZIP2_ZEROS = Buffer.from(
  'QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=',
  'base64',
);
/** 4 MiB of zeros as xz 5.4 compresses them with `-9 --check=crc32`. */
const XZ_ZEROS = Buffer.from(
  [
    '/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN',
    '2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiU',
    'cR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJY',
    'vul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vua',
    'MC5WwI+F84OBwGXEJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1T',
    'PfgpZAk7gMsqbN+1O/DEvEgn5lif/xABKwDsc1On/b6ufDEan7eNMW5wnqcjX+woy4XRlZiKfiqR8id19xnABphNmP3Yr9WQD8Ql',
    'U/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEnGFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U7',
    '8MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5UoRg+p/Hze+5owLlbAj4Xzg4HAZcQlU/j1kTYxBaWw7m/BcE1HDNGREaqtYB26zrEn',
    'GFxZhulmUli+6XasWeTlWwUI+cfarfz7Uit0zR5bIEL53VM9+ClkCTuAyyps37U78MS9Ll+qDz5LZkKQEw7/EJP4cXhZ+AvN/5Uo',
    'Rg+p/Hze+5owLlbAj4Xzg4HAZcQlUQ8/soAB3AAFAEHqpi0AAGpARxEAAcAFgICAAsURvMM+MA2LAgAAAAABWVo=',
  ].join(''),
  'base64',
);

function compressed(
  content: () => Uint8Array,
  program: 'bzip2' | 'xz',
  args: readonly string[] = [],
): HostileInput['write'] {
  return (folder) => {
    writeFileSync(join(folder, 'noise'), content());
    execFileSync(program, [...args, join(folder, 'noise')]);
    return [program === 'xz' ? 'noise.xz' : 'noise.bz2'];
  };
}

/** Whole archives in xz and bzip2. */
export const SLOW_STREAM_INPUTS: readonly HostileInput[] = [
  {
    ...SLOW,
    id: 'bzip2-outside',
    title: 'bzip2 of 180 GB of zeros in 200 KB',
    write: archive(() => Buffer.concat(Array.from({ length: 4000 }, () => BZIP2_ZEROS))),
  },
  {
    id: 'bzip2-empty-streams',
    title: '4 million empty bzip2 streams',
    exitCodes: [1],
    says: '',
    write: archive(() =>
      Buffer.concat(Array.from({ length: 4_000_000 }, () => Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64'))),
    ),
  },
  {
    ...SLOW,
    id: 'bzip2-tiny-streams',
    title: '2 million bzip2 streams of one byte',
    write: archive(() => repeat(2_000_000, () => BZIP2_BYTE)),
  },
  {
    ...SLOW,
    id: 'bzip2-noise',
    title: '40 MB that cannot be compressed, in bzip2',
    write: compressed(() => randomBytes(40 * MIB), 'bzip2'),
  },
  {
    ...SLOW,
    id: 'xz-bomb',
    title: 'xz of 2.5 GB of zeros in 440 kB',
    write: archive(() => repeat(600, () => XZ_ZEROS)),
  },
  {
    ...SLOW,
    id: 'xz-tiny-chunks',
    title: 'xz of 22 million chunks of one byte, checked by SHA-256',
    write: archive(() =>
      Buffer.concat([
        XZ_BYTE.subarray(0, 24),
        Buffer.of(1, 0, 0, 97),
        Buffer.alloc(88e6, Buffer.of(2, 0, 0, 97)),
      ]),
    ),
  },
  {
    ...SLOW,
    id: 'xz-tiny-streams',
    title: 'a million xz streams of one byte, checked by SHA-256',
    write: archive(() => repeat(1_000_000, () => XZ_BYTE)),
  },
  {
    id: 'xz-bits',
    title: '90 MB whose bits xz decodes one by one',
    exitCodes: [2],
    says: 'is no archive',
    write: compressed(() => randomBytes(90 * MIB).map((byte) => byte & 0x7f), 'xz', ['-0', '--threads=1']),
  },
];
