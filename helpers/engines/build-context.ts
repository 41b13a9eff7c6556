import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { FlowError } from './step-error.ts';
import { CONTEXT_MTIME, type ContextFile, type Owner, packContext } from './tar-context.ts';

/** A build context, twice: as a folder for the command line, as a tar for the API. */
export interface BuildContext {
  /** Absolute; visible to the engine's own tools under the same path. */
  readonly folder: string;
  /** Default of the owner: root. */
  readonly pack: (owner?: Owner) => Promise<Buffer>;
}

/** One that the suite wrote itself: its tar is fixed to the bit. */
export interface WrittenContext extends BuildContext {
  readonly files: readonly ContextFile[];
}

/** Name of the compiled program in the context. */
export const PROGRAM = 'hello';

/** Names of the fixture that go into the context, beside the program. Its expectation is no part of the image. */
const FIXTURE_FILES = ['Dockerfile', 'README.md', 'a.txt', 'b.txt'] as const;

/** mkdir, not recursive: a recursive one reports a read-only parent as ENOENT. */
export async function ensureFolder(path: string): Promise<void> {
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

/**
 * Reads the documented fixture and the program. Each file is a second younger than the one before, as if written by
 * hand: stores that look for changes by size and time lose the second `final.txt` otherwise, which has a scenario of its own.
 */
export async function readContextFiles(program: string): Promise<readonly ContextFile[]> {
  const fixture = projectFolder('fixtures/hello');
  const [hello, ...texts] = await Promise.all([
    readFile(program),
    ...FIXTURE_FILES.map((name) => readFile(join(fixture, name))),
  ]);
  return [
    { name: PROGRAM, mode: 0o755, content: hello, mtime: CONTEXT_MTIME },
    ...FIXTURE_FILES.map((name, position) => ({
      name,
      mode: 0o644,
      content: texts[position] ?? Buffer.alloc(0),
      mtime: CONTEXT_MTIME + 1 + position,
    })),
  ];
}

export function readDockerfile({ folder }: Pick<BuildContext, 'folder'>): Promise<string> {
  return readFile(join(folder, 'Dockerfile'), 'utf8');
}

/** Writes a context into a folder and packs it. Throws `FlowError` when the folder cannot be written. */
export async function writeContext(folder: string, files: readonly ContextFile[]): Promise<WrittenContext> {
  try {
    await ensureFolder(folder);
    // All to their end: after a failure nothing may still be writing into the folder.
    const written = await Promise.allSettled(files.map((file) => writeExactly(folder, file)));
    for (const result of written) if (result.status === 'rejected') throw result.reason;
  } catch (error) {
    throw new FlowError('build', `cannot write the build context: ${(error as Error).message}`);
  }
  return { folder, files, pack: async (owner) => packContext(files, owner) };
}

async function writeExactly(folder: string, { name, mode, content, mtime }: ContextFile): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  await utimes(path, mtime, mtime);
}
