import { padToBlock, writeHeader } from '../archive/tar/write-header.ts';

/** The build context as a tar of our own: what the engine sees is fixed here to the bit, whatever the host's umask. */

export interface ContextFile {
  readonly name: string;
  readonly mode: number;
  readonly content: Uint8Array;
  /** Whole seconds since the epoch: engines round or cut off fractions differently. */
  readonly mtime: number;
}

/** When the first file of a context was written. */
export const CONTEXT_MTIME = 1_700_000_000;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** A ustar archive of regular files. Names of at most 100 bytes. */
export function packContext(files: readonly ContextFile[], owner: Owner = ROOT): Buffer {
  const parts = files.flatMap(({ name, mode, content, mtime }) => {
    if (Buffer.byteLength(name) > 100)
      throw new Error(`Suite bug: the name ${name} is too long for the context.`);
    return [writeHeader({ path: name, mode, size: content.length, mtime, ...owner }), padToBlock(content)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
