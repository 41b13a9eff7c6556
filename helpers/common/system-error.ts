/** What the machine refuses: no bug of the suite, and told in words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not a folder, or lies below a file',
  EISDIR: 'is a folder',
  EEXIST: 'is there already',
  EACCES: 'may not be used by this user',
  EPERM: 'may not be used by this user',
  EROFS: 'is on a file system that is read-only',
  ENOSPC: 'has no space left',
  EDQUOT: 'is over the quota of this user',
  EIO: 'cannot be read or written: the disk fails',
  EMFILE: 'cannot be opened: too many files are open',
  ENFILE: 'cannot be opened: too many files are open on this machine',
  ENOMEM: 'does not fit into the memory of this machine',
  ELOOP: 'is a symbolic link in a circle',
  ENAMETOOLONG: 'is too long for a file name',
};

/** Codes that no mistake of ours brings about. */
const OF_THE_MACHINE: ReadonlySet<string> = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM'],
]);

/** `has no space left (ENOSPC)`. */
export function reasonOf(error: unknown): string {
  const { code = '', message = String(error) } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = REASONS[code];
  return reason === undefined ? `cannot be used: ${message}` : `${reason} (${code})`;
}

/** One sentence about an error of the operating system that only the machine can be blamed for. */
export function explainSystemError(error: unknown): string | undefined {
  const { code = '', path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (syscall === undefined || !OF_THE_MACHINE.has(code)) return undefined;
  return `${path ?? `A file (${syscall})`} ${reasonOf(error)}.`;
}
