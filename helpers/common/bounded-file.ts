import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Most that is read of a stored report: a matrix of eleven engines has some 20 MB. */
export const REPORT_BYTES = 256 * 1024 * 1024;
/** Most that is read of settings and lists of allowed changes. */
export const SETTINGS_BYTES = 16 * 1024 * 1024;

/**
 * Reads a file that somebody named, at once and whole. Throws an error of the system, or one that says why not: a pipe
 * would be waited for, a device never ends, and a file may be larger than anything that is meant.
 */
export function readBounded(path: string, most: number): Buffer {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new Error('it is a directory');
    if (!stat.isFile()) throw new Error('it is no regular file; write the pipe or device to a file first');
    if (stat.size > most) throw new Error(`it has ${stat.size} bytes; at most ${most} are read`);
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Why it could not be read: the system's code, or our own words. */
export function whyUnread(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
