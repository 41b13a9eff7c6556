import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Archive } from '../../archive/model.ts';
import { readArchive } from '../../archive/read-archive.ts';
import { DIFF_READ, DiffError, type DiffOptions, diffArchives } from './diff-archives.ts';
import type { ArchiveDiff } from './diff-model.ts';

/**
 * Reads and compares two archives; each is a path, or an archive that was read with the digest of every file. Whether
 * their bytes are the same is said where both are files or folders. Throws `UnreadableError` or `DiffError`.
 */
export async function compareArchives(
  first: string | Archive,
  second: string | Archive,
  options: DiffOptions = {},
): Promise<ArchiveDiff> {
  // One after the other: each may take all the memory that an archive is allowed.
  const before = typeof first === 'string' ? await readArchive(first, DIFF_READ) : first;
  const after = typeof second === 'string' ? await readArchive(second, DIFF_READ) : second;
  const digests = [await digestOfSource(before.source), await digestOfSource(after.source)] as const;
  return compareRead(before, after, digests, options);
}

/** The same for archives that were read. Throws `DiffError`. */
export function compareRead(
  before: Archive,
  after: Archive,
  digests: readonly [string | undefined, string | undefined],
  options: DiffOptions = {},
): ArchiveDiff {
  for (const archive of [before, after]) {
    const { source, incomplete } = archive;
    if (incomplete !== undefined)
      throw new DiffError(`${source} was not read to its end, because ${incomplete}.`);
    if (lacksDigests(archive))
      throw new DiffError(
        `${source} was read without the digests of its files; read it with contents { paths: 'all', maxFileBytes: 0 }.`,
      );
  }
  return diffArchives(before, after, digests, options);
}

/** Files without digests would all look the same. */
function lacksDigests({ layers }: Archive): boolean {
  return [...layers.values()].some(
    ({ entries, contents }) =>
      contents.size === 0 && [...entries].some(({ type, size }) => type === 'file' && size > 0),
  );
}

/** Of a folder its name; nothing of what came from memory or standard input. */
async function digestOfSource(path: string): Promise<string | undefined> {
  const found: Stats | undefined = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return `directory ${path}`;
  if (!found?.isFile()) return undefined;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
