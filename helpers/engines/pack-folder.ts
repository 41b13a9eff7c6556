import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FlowError } from './step-error.ts';
import type { Owner } from './tar-context.ts';

/**
 * Packs a build context for a request of the API. It is the sender who applies .dockerignore: the engine takes what it is
 * given. Throws `FlowError`.
 */
export async function packFolder(folder: string, { uid, gid }: Owner = { uid: 0, gid: 0 }): Promise<Buffer> {
  const { create } = await import('tar');
  const paths = await sentPaths(folder);
  const packed = create(
    {
      cwd: folder,
      noDirRecurse: true,
      // With several at a time a hard link waits for its file without end.
      jobs: 1,
      strict: true,
      onWriteEntry: ({ stat }) => Object.assign(stat ?? {}, { uid, gid }),
    },
    // A name that begins with @ would be taken for an archive to copy from.
    paths.map((path) => `./${path}`),
  );
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of packed) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    throw new FlowError('build', `cannot pack the build context: ${(error as Error).message}`);
  }
}

/** What is sent: all that .dockerignore leaves, the folders on the way to it, and the two files that steer the build. */
async function sentPaths(folder: string): Promise<readonly string[]> {
  const all = (await listBelow(folder)).toSorted();
  const text = await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => '');
  const { default: dockerignore } = await import('@balena/dockerignore');
  const isLeft = dockerignore.default({ ignorecase: false }).add(text.split(/\r?\n/)).createFilter();
  const kept = new Set(
    all.filter((path) => path === 'Dockerfile' || path === '.dockerignore' || isLeft(path)),
  );
  const parents = new Set([...kept].flatMap(parentsOf));
  return all.filter((path) => kept.has(path) || parents.has(path));
}

async function listBelow(folder: string, below = ''): Promise<readonly string[]> {
  const names = await readdir(join(folder, below));
  const lists = await Promise.all(
    names.map(async (name) => {
      const path = join(below, name);
      const isFolder = (await lstat(join(folder, path))).isDirectory();
      return isFolder ? [path, ...(await listBelow(folder, path))] : [path];
    }),
  );
  return lists.flat();
}

function parentsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, position) => parts.slice(0, position + 1).join('/'));
}
