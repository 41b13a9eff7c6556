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

const BLOCK = 512;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const ROOT: Owner = { uid: 0, gid: 0 };

/** A ustar archive of regular files. Names of at most 100 bytes. */
export function packContext(files: readonly ContextFile[], owner: Owner = ROOT): Buffer {
  const parts = files.flatMap(({ name, mode, content, mtime }) => [
    header(name, mode, content.length, mtime, owner),
    Buffer.from(content),
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, mode: number, size: number, mtime: number, { uid, gid }: Owner): Buffer {
  const block = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(name) > 100)
    throw new Error(`Suite bug: the name ${name} is too long for the context.`);
  block.write(name, 0);
  writeOctal(block, mode, 100, 8);
  writeOctal(block, uid, 108, 8);
  writeOctal(block, gid, 116, 8);
  writeOctal(block, size, 124, 12);
  writeOctal(block, mtime, 136, 12);
  block.fill(' ', 148, 156);
  block.write('0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function writeOctal(block: Buffer, value: number, offset: number, width: number): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset, 'latin1');
}
