import { closeSync, fstatSync, openSync } from 'node:fs';
import { type ByteSource, fileSource } from './byte-source.ts';
import { UnreadableError } from './errors.ts';

/** Opens what the user named. */
export async function openSource(path: string): Promise<ByteSource> {
  const fd = openFile(path);
  const stat = fstatSync(fd);
  if (stat.isFile()) return fileSource(fd, stat.size);
  closeSync(fd);
  throw new UnreadableError(`${path} is no file.`);
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadableError(`${path} cannot be read (${code}).`, { cause: error });
  }
}
