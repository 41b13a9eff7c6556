import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { padToBlock, writeHeader } from '../../../archive/tar/write-header.ts';

/** Bytes of hostile inputs, made quickly: millions of headers, streams that expand to gigabytes. */

export const MIB = 1024 ** 2;
export const END_OF_TAR = Buffer.alloc(1024);

interface Head {
  readonly name: string;
  readonly type?: string;
  readonly size?: number;
  readonly link?: string;
}

export function head({ name, type = '0', size = 0, link = '' }: Head): Buffer {
  return writeHeader({ path: name, typeflag: type, size, linkname: link });
}

/** A header with its content, up to the next block. */
export function tarFile(name: string, content: Buffer | string, type = '0'): Buffer {
  return Buffer.concat([head({ name, type, size: Buffer.byteLength(content) }), padToBlock(content)]);
}

export function pax(records: string, type = 'x'): Buffer {
  return tarFile('PaxHeaders/0', records, type);
}

/** As many parts as told, in one buffer. */
export function repeat(count: number, part: (position: number) => Buffer): Buffer {
  return Buffer.concat(Array.from({ length: count }, (_, position) => part(position)));
}

const STEP = 16 * MIB;
const zeros = new Map<number, Buffer>();

/** gzip of zeros: members of 16 MiB, 16 kB each. */
export function gzipZeros(mebibytes: number): Buffer {
  const step = zeros.get(STEP) ?? gzipSync(Buffer.alloc(STEP), { level: 9 });
  zeros.set(STEP, step);
  return repeat(Math.ceil((mebibytes * MIB) / STEP), () => step);
}

/** A layer of one file of zeros, as gzip. */
export function gzipBomb(mebibytes: number): Buffer {
  const start = gzipSync(head({ name: 'zeros', size: mebibytes * MIB }));
  return Buffer.concat([start, gzipZeros(mebibytes), gzipSync(END_OF_TAR)]);
}

/** A zstd frame of blocks that are not compressed or repeat one byte. */
export function rawZstdFrame(blocks: readonly Buffer[]): Buffer {
  // A window of 1 MiB, no size of the content.
  return Buffer.concat([Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0, 10 << 3), ...blocks]);
}

export function zstdBlock(type: 0 | 1, content: Buffer, size: number, isLast = false): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (isLast ? 1 : 0), 0, 3);
  return Buffer.concat([header, content]);
}

/** A layer of one file of zeros, as zstd. */
export function zstdBomb(mebibytes: number): Buffer {
  const zero = zstdBlock(1, Buffer.of(0), 128 * 1024);
  const start = head({ name: 'zeros', size: mebibytes * MIB });
  return rawZstdFrame([
    zstdBlock(0, start, start.length),
    repeat(mebibytes * 8, () => zero),
    zstdBlock(0, END_OF_TAR, END_OF_TAR.length, true),
  ]);
}

/** A docker archive of one image with these layers. */
export function dockerArchive(layers: readonly Buffer[], others: readonly Buffer[] = []): Buffer {
  const names = layers.map((_, position) => `${position}.tar`);
  const config = {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map(() => `sha256:${'0'.repeat(64)}`) },
  };
  return Buffer.concat([
    ...others,
    ...layers.map((layer, position) => tarFile(names[position] ?? '', layer)),
    tarFile('config.json', JSON.stringify(config)),
    tarFile('manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: ['a:1'], Layers: names }])),
    END_OF_TAR,
  ]);
}

/** A writer for `HostileInput`: the bytes as one file, and `check` of it. */
export function archive(build: () => Buffer): (folder: string) => readonly string[] {
  return (folder) => {
    writeFileSync(join(folder, 'image.tar'), build());
    return ['image.tar'];
  };
}

/** The same with a hole behind it. */
export function withHole(build: () => Buffer, size: number): (folder: string) => readonly string[] {
  return (folder) => {
    const descriptor = openSync(join(folder, 'image.tar'), 'w');
    writeSync(descriptor, build());
    ftruncateSync(descriptor, size);
    closeSync(descriptor);
    return ['image.tar'];
  };
}
