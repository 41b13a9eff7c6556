import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from '../../../archive/limits.ts';
import {
  archive,
  dockerArchive,
  END_OF_TAR,
  gzipBomb,
  gzipZeros,
  head,
  MIB,
  rawZstdFrame,
  repeat,
  tarFile,
  withHole,
  zstdBlock,
  zstdBomb,
} from './bytes.ts';
import type { HostileInput } from './hostile-input.ts';

const EXPANSION = { exitCodes: [1], says: 'limit.expansion' } as const;
/** 45 MB of zeros, as `bzip2 -9` compresses them. */
const BZIP2_ZEROS = Buffer.from(
  'QlpoOTFBWSZTWckBtsgBWKtAIMAAEAAACCAAMMwFKaZSSFJsVJIUni7kinChIZIDbZA=',
  'base64',
);
const good = () => dockerArchive([Buffer.concat([tarFile('a', 'a\n'), END_OF_TAR])]);

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
/** The decoders of xz and bzip2 are slow. */
const SLOW = { cpuSeconds: 30 };

/** Streams that expand, and files that are mostly holes. */
export const STREAM_INPUTS: readonly HostileInput[] = [
  {
    ...EXPANSION,
    id: 'gzip-layers',
    title: '20 gzip layers of 500 MiB in 10 MB',
    write: archive(() => dockerArchive(Array.from({ length: 20 }, () => gzipBomb(500)))),
  },
  {
    ...EXPANSION,
    id: 'gzip-many-small',
    title: '2,000 gzip layers of 8 MiB',
    write: archive(() => {
      const layer = gzipSync(
        Buffer.concat([head({ name: 'zeros', size: 8 * MIB }), Buffer.alloc(8 * MIB), END_OF_TAR]),
      );
      return dockerArchive(Array.from({ length: 900 }, () => layer));
    }),
  },
  {
    ...EXPANSION,
    id: 'zstd-layers',
    title: '8 zstd layers of 450 MiB',
    write: archive(() => dockerArchive(Array.from({ length: 8 }, () => zstdBomb(450)))),
  },
  {
    ...EXPANSION,
    id: 'gzip-of-gzip',
    title: 'gzip of an archive of gzip bombs',
    write: archive(() => gzipSync(dockerArchive(Array.from({ length: 20 }, () => gzipBomb(500))))),
  },
  {
    ...EXPANSION,
    id: 'gzip-outside',
    title: 'gzip of 40 GB of zeros in 40 MB',
    write: archive(() =>
      Buffer.concat([gzipSync(head({ name: 'zeros', size: 40_000 * MIB })), gzipZeros(40_000)]),
    ),
  },
  {
    ...EXPANSION,
    id: 'bzip2-outside',
    budget: SLOW,
    title: 'bzip2 of 180 GB of zeros in 200 KB',
    write: archive(() => Buffer.concat(Array.from({ length: 4000 }, () => BZIP2_ZEROS))),
  },
  {
    id: 'bzip2-empty-streams',
    budget: SLOW,
    title: '4 million empty bzip2 streams',
    exitCodes: [1],
    says: '',
    write: archive(() =>
      Buffer.concat(Array.from({ length: 4_000_000 }, () => Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64'))),
    ),
  },
  {
    ...EXPANSION,
    id: 'xz-bomb',
    title: 'xz of 2.5 GB of zeros in 440 kB',
    budget: SLOW,
    write: archive(() => repeat(600, () => XZ_ZEROS)),
  },
  {
    id: 'bzip2-noise',
    title: '90 MB that cannot be compressed, in bzip2',
    exitCodes: [1],
    says: 'archive.is-tar',
    budget: SLOW,
    write: (folder) => {
      writeFileSync(join(folder, 'noise'), randomBytes(90 * MIB));
      execFileSync('bzip2', [join(folder, 'noise')]);
      return ['noise.bz2'];
    },
  },
  {
    ...EXPANSION,
    id: 'gzip-and-garbage',
    title: 'gzip layers of 900 MiB with a stray byte behind',
    write: archive(() =>
      dockerArchive(
        Array.from({ length: 4 }, () => Buffer.concat([gzipBomb(900), Buffer.of(0x1f, 0x8b, 9)])),
      ),
    ),
  },
  {
    id: 'gzip-empty-members',
    title: '4 million empty gzip members',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const empty = gzipSync('');
      const members = Buffer.alloc(4_000_000 * empty.length);
      for (let at = 0; at < members.length; at += empty.length) empty.copy(members, at);
      return dockerArchive([
        Buffer.concat([gzipSync(Buffer.concat([tarFile('a', 'a'), END_OF_TAR])), members]),
      ]);
    }),
  },
  {
    id: 'zstd-empty-blocks',
    title: '30 million empty zstd blocks',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const tar = Buffer.concat([tarFile('a', 'a'), END_OF_TAR]);
      return dockerArchive([
        rawZstdFrame([
          zstdBlock(0, tar, tar.length),
          Buffer.alloc(90 * MIB),
          zstdBlock(0, Buffer.alloc(0), 0, true),
        ]),
      ]);
    }),
  },
  {
    id: 'zstd-tiny-blocks',
    title: '20 million zstd blocks of one byte',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => {
      const block = zstdBlock(0, Buffer.of(0), 1);
      const tar = Buffer.concat([head({ name: 'zeros', size: 20_000_000 })]);
      const blocks = Buffer.alloc(20_000_000 * block.length, block);
      return dockerArchive([
        rawZstdFrame([
          zstdBlock(0, tar, tar.length),
          blocks,
          zstdBlock(0, END_OF_TAR, END_OF_TAR.length, true),
        ]),
      ]);
    }),
  },
  {
    id: 'zstd-empty-frames',
    title: '8 million zstd frames',
    ...EXPANSION,
    write: archive(() => {
      const frame = rawZstdFrame([zstdBlock(0, Buffer.alloc(0), 0, true)]);
      return dockerArchive([Buffer.alloc(8_000_000 * frame.length, frame)]);
    }),
  },
  {
    id: 'zstd-skippable-frames',
    title: '11 million skippable zstd frames',
    exitCodes: [0, 1],
    says: '',
    write: archive(() => dockerArchive([Buffer.alloc(88_000_000, Buffer.from('502a4d1800000000', 'hex'))])),
  },
  {
    id: 'zstd-dictionary',
    title: 'a zstd layer whose frame names a dictionary',
    exitCodes: [1],
    says: 'compression.known',
    write: archive(() => {
      const tar = Buffer.concat([tarFile('a', 'a'), END_OF_TAR]);
      const frame = rawZstdFrame([zstdBlock(0, tar, tar.length, true)]);
      // The flag of an id of one byte, and the id after the window.
      frame.writeUInt8(1, 4);
      return dockerArchive([Buffer.concat([frame.subarray(0, 6), Buffer.of(7), frame.subarray(6)])]);
    }),
  },
  {
    ...EXPANSION,
    id: 'hole',
    title: 'a hole of 100 GB',
    write: withHole(() => Buffer.alloc(0), 100e9),
  },
  {
    ...EXPANSION,
    id: 'hole-behind',
    title: 'a hole of 100 GB behind a good archive',
    write: withHole(good, 100e9),
  },
  {
    ...EXPANSION,
    id: 'hole-inside',
    title: 'a hole of 100 GB as a layer',
    write: withHole(
      () =>
        Buffer.concat([
          good().subarray(0, -1024),
          head({ name: `blobs/sha256/${'0'.repeat(64)}`, size: 8e9 }),
        ]),
      100e9,
    ),
  },
  {
    ...EXPANSION,
    id: 'hole-in-layout',
    title: 'a layout whose blob is a hole of 100 GB',
    write: (folder) => {
      mkdirSync(join(folder, 'image/blobs/sha256'), { recursive: true });
      writeFileSync(join(folder, 'image/oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      writeFileSync(join(folder, 'image/index.json'), '{"schemaVersion":2,"manifests":[]}');
      const descriptor = openSync(join(folder, 'image/blobs/sha256', '0'.repeat(64)), 'w');
      ftruncateSync(descriptor, 100e9);
      closeSync(descriptor);
      return ['image'];
    },
  },
  {
    id: 'zeros-behind',
    title: `zeros behind a good archive, expanded from gzip`,
    ...EXPANSION,
    write: archive(() =>
      Buffer.concat([gzipSync(good()), gzipZeros((DEFAULT_LIMITS.zeroBytesAtEnd / MIB) * 1.5)]),
    ),
  },
  {
    id: 'cut-in-half',
    title: 'an archive that was cut in half',
    exitCodes: [1],
    says: 'tar.complete',
    write: archive(() => {
      const whole = dockerArchive([repeat(2000, (position) => tarFile(`f${position}`, 'content'))]);
      return whole.subarray(0, whole.length / 2);
    }),
  },
];
