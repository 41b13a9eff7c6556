import { closeSync, readSync } from 'node:fs';

/** Bytes with random access: a file or memory. */
export interface ByteSource {
  readonly size: number;
  /** Fills `target` from `position` on; returns the number of bytes, less than asked for only at the end. */
  read(target: Uint8Array, position: number): number;
  /** The open file, for another thread of this process to read from. */
  readonly fd?: number;
  /** A file that is opened for each read. */
  readonly path?: string;
  close(): void;
}

/** A part of a source: the content of one member. */
export interface Region {
  readonly source: ByteSource;
  readonly offset: number;
  readonly size: number;
}

export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return part.length;
    },
    close() {},
  };
}

export function fileSource(fd: number, size: number): ByteSource {
  return {
    size,
    fd,
    read: (target, position) => readFully(fd, target, position),
    close: () => closeSync(fd),
  };
}

export function readFully(fd: number, target: Uint8Array, position: number): number {
  let done = 0;
  while (done < target.length) {
    const count = readSync(fd, target, done, target.length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** The whole region; callers bound its size first. */
export function readRegion({ source, offset, size }: Region): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  const count = source.read(bytes, offset);
  return count === size ? bytes : bytes.subarray(0, count);
}

/** Chunks of a region in one reused buffer: each is valid until the next is asked for. */
export function* chunksOf(
  { source, offset, size }: Region,
  chunkSize: number,
): Generator<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(Math.min(chunkSize, size));
  for (let done = 0; done < size; ) {
    const part = buffer.subarray(0, Math.min(buffer.length, size - done));
    const count = source.read(part, offset + done);
    if (count === 0) return;
    yield count === part.length ? part : part.subarray(0, count);
    done += count;
  }
}
