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
const good = () => dockerArchive([Buffer.concat([tarFile('a', 'a\n'), END_OF_TAR])]);

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
