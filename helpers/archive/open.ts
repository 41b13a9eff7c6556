import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { type ByteSource, fileSource } from './byte-source.ts';
import { UnreadableError } from './errors.ts';
import { MAX_STANDARD_INPUT } from './limits.ts';
import { createSpool } from './spool.ts';

type Opened =
  /** `allocated`: the bytes that are stored; less than the size of a sparse file. */
  | { readonly form: 'tar'; readonly source: ByteSource; readonly allocated: number }
  | { readonly form: 'directory'; readonly root: string };

/** Opens what the user named: a file, a directory, or `-` for standard input. Never waits for anything else. */
export async function openSource(path: string): Promise<Opened> {
  if (path === '-') return opened(await openStandardInput());
  const stat = attempt(path, () => statSync(path));
  if (stat.isDirectory()) return { form: 'directory', root: path };
  if (!stat.isFile())
    throw new UnreadableError(
      `${path} is neither a file nor a directory. Pipe it to standard input and name it "-".`,
    );
  // Not blocking, in case the file became a pipe just now.
  const fd = attempt(path, () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
  return opened(fileSource(fd, regularSize(path, fd)));
}

function opened(source: ByteSource): Opened {
  return { form: 'tar', source, allocated: allocatedOf(source) };
}

function allocatedOf(source: ByteSource): number {
  return source.fd === undefined ? source.size : allocatedBytes(source, fstatSync(source.fd));
}

/** The bytes of a file that are stored; `st_blocks` counts 512 each on every system. */
export function allocatedBytes({ size, read }: ByteSource, { blocks }: Stats): number {
  if (blocks > 0) return Math.min(size, blocks * 512);
  // Some file systems do not count blocks: where the first bytes are no hole, the whole file is taken for stored.
  const start = new Uint8Array(4096);
  read(start, 0);
  return start.some((byte) => byte !== 0) ? size : 0;
}

function regularSize(path: string, fd: number): number {
  const stat = fstatSync(fd);
  if (stat.isFile()) return stat.size;
  closeSync(fd);
  throw new UnreadableError(`${path} is no regular file any more.`);
}

/** A redirected file is read in place; anything else is spooled. */
async function openStandardInput(): Promise<ByteSource> {
  const stat = attempt('standard input', (): Stats => fstatSync(0));
  if (stat.isFile()) return { ...fileSource(0, stat.size), close() {} };
  if (process.stdin.isTTY)
    throw new UnreadableError(
      'Standard input is a terminal. Pipe an archive into it: docker save IMAGE | … -',
    );
  const spool = createSpool();
  let size = 0;
  try {
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > MAX_STANDARD_INPUT)
        throw new UnreadableError(`Standard input holds more than ${MAX_STANDARD_INPUT} bytes.`);
      spool.write(chunk);
    }
  } catch (error) {
    spool.discard();
    throw error instanceof UnreadableError ? error : unreadable('standard input', error);
  }
  return spool.finish();
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  ELOOP: 'is a symbolic link in a circle',
  ENAMETOOLONG: 'is too long for a file name',
  ENOSPC: 'does not fit into the temporary folder (TMPDIR)',
};

export function attempt<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): UnreadableError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new UnreadableError(`${shorten(name)} ${REASONS[code] ?? `cannot be read: ${message}`}.`, {
    cause: error,
  });
}

/** A name as a sentence can hold it: one that is empty is quoted, one without end is cut. */
function shorten(name: string): string {
  if (name === '') return '""';
  return name.length > 300 ? `${name.slice(0, 100)}… (${name.length} characters)` : name;
}
