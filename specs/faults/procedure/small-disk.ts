import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** A file system of its own, of a few kilobytes, or read-only. Needs root. */
export async function smallDisk(options: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'scratch-disk-'));
  await execa('mount', ['-t', 'tmpfs', '-o', options, 'scratch-conformance', path]);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await execa('umount', [path]);
      await rmdir(path);
    },
  };
}
