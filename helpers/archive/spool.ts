import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonOf } from '../common/system-error.ts';
import { type ByteSource, fileSource, memorySource } from './byte-source.ts';
import { UnreadableError } from './errors.ts';

/** Up to here bytes are kept in memory. */
const IN_MEMORY = 16 * 1024 * 1024;

/** Takes bytes in order and gives them back with random access. */
interface Spool {
  write(chunk: Uint8Array): void;
  finish(): ByteSource;
  discard(): void;
}

/**
 * Small data stays in memory, larger data goes to a file without a name, so that nothing is left behind however
 * this process ends. No name from an archive ever reaches the file system.
 */
export function createSpool(): Spool {
  let parts: Uint8Array[] = [];
  let size = 0;
  let fd: number | undefined;

  function spill(): number {
    const opened = openNameless();
    for (const part of parts) writeFully(opened, part);
    parts = [];
    return opened;
  }

  return {
    write(chunk) {
      size += chunk.length;
      if (fd === undefined && size > IN_MEMORY) fd = spill();
      if (fd === undefined) parts.push(new Uint8Array(chunk));
      else writeFully(fd, chunk);
    },
    finish: () =>
      fd === undefined ? memorySource(Buffer.concat(parts)) : fileSource(fd, fstatSync(fd).size),
    discard() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

/** From linux/fcntl.h, the same on every architecture that Node runs on; Node has no name for it. */
const O_TMPFILE = 0o20000000;

function openNameless(): number {
  return inTemporaryFolder(() => openInTemporaryFolder());
}

function openInTemporaryFolder(): number {
  if (process.platform === 'linux') {
    try {
      return openSync(tmpdir(), constants.O_RDWR | constants.O_DIRECTORY | O_TMPFILE, 0o600);
    } catch (error) {
      // Some file systems cannot make a nameless file.
      if (!['EOPNOTSUPP', 'EISDIR', 'ENOENT', 'EINVAL'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  const path = join(tmpdir(), `scratch-conformance-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

function writeFully(fd: number, bytes: Uint8Array): void {
  inTemporaryFolder(() => {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  });
}

function inTemporaryFolder<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UnreadableError(
      `What was unpacked does not fit: the temporary folder ${tmpdir()} ${reasonOf(error)}; set TMPDIR to one with more space.`,
    );
  }
}
