import { constants, fstatSync, type Stats } from 'node:fs';
import { access, lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { showName } from './escape.ts';
import { UsageError } from './usage.ts';

/** An output cannot be written: one sentence, exit code 2. Nothing was changed. */
export class OutputError extends UsageError {}

/**
 * Where an output goes: a file that is replaced as a whole, something that is written to as it is (a device, a pipe), or
 * a descriptor of this process (`/dev/stdout`). Symbolic links were followed, so that a link stays one.
 */
export type OutputTarget =
  | { readonly kind: 'file'; readonly path: string; readonly present?: Stats }
  | { readonly kind: 'stream'; readonly path: string }
  | { readonly kind: 'descriptor'; readonly number: number };

/** Finds the target of a path, or says why there is none. An input is never an output, nor is what lies in an input folder. */
export async function outputTarget(path: string, inputs: readonly string[] = []): Promise<OutputTarget> {
  if (path === '') throw new OutputError('The output has an empty name; name a file.');
  const place = await follow(path);
  if (typeof place === 'number') return { kind: 'descriptor', number: place };
  const present = await stat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw cannotWrite(path, error);
  });
  if (present?.isDirectory())
    throw new OutputError(`${showName(path)} is a folder; name a file for the output.`);
  await refuseInputs(path, place, present, inputs);
  if (present && !present.isFile()) return { kind: 'stream', path: place };
  if (/[\\/]$/.test(path))
    throw new OutputError(`${showName(path)} names a folder; name a file for the output.`);
  if (present)
    await access(place, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
      throw cannotWrite(path, error);
    });
  return { kind: 'file', path: place, ...(present && { present }) };
}

const MAX_LINKS = 40;

/** The path with every symbolic link followed, though the last name need not exist; a number for a descriptor of our own. */
async function follow(path: string): Promise<string | number> {
  let place = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder = await realpath(dirname(place)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT')
        throw new OutputError(
          `${showName(path)} cannot be written: the folder ${showName(dirname(place))} does not exist.`,
        );
      throw cannotWrite(path, error);
    });
    place = join(folder, basename(place));
    const [, number] = new RegExp(`^/proc/${process.pid}/fd/(\\d+)$`).exec(place) ?? [];
    if (number !== undefined) return Number(number);
    const found = await lstat(place).catch(() => undefined);
    if (!found?.isSymbolicLink()) return place;
    place = resolve(folder, await readlink(place));
  }
  throw new OutputError(`${showName(path)} cannot be written: its symbolic links lead in a circle.`);
}

async function refuseInputs(
  path: string,
  place: string,
  present: Stats | undefined,
  inputs: readonly string[],
): Promise<void> {
  for (const input of inputs) {
    const read = await statOf(input);
    if (read === undefined) continue;
    if (read.isDirectory() && isInside(place, await realpath(input)))
      throw new OutputError(`${showName(path)} lies in ${showName(input)}, which is read; write elsewhere.`);
    if (read.isFile() && present?.isFile() && read.dev === present.dev && read.ino === present.ino)
      throw new OutputError(
        `${showName(path)} is the same file as ${showName(input)}, which is read; write elsewhere.`,
      );
  }
}

/** `-` is standard input. */
async function statOf(input: string): Promise<Stats | undefined> {
  try {
    return input === '-' ? fstatSync(0) : await stat(input);
  } catch {
    return undefined; // The read that follows reports it.
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** What a system error means for an output, in one sentence. */
export function cannotWrite(path: string, error: NodeJS.ErrnoException): OutputError {
  const { code = '', message } = error;
  return new OutputError(
    `${showName(path)} cannot be written: ${REASONS[code] ?? showName(code || message)}.`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be too large',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'a part of its path is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its symbolic links lead in a circle',
  ENXIO: 'nobody reads from it',
  EPIPE: 'its reader has gone',
  EIO: 'the device reports an error',
  EINVAL: 'the system does not accept its name or content',
  ERR_INVALID_ARG_VALUE: 'its name holds a byte that no name may hold',
};
