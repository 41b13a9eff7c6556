import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { reasonOf } from '../../common/system-error.ts';
import { EngineError } from '../error.ts';

/** A Unix socket's path has at most 107 bytes. */
const MAX_SOCKET = 107;

export interface RunFolder {
  readonly path: string;
  readonly socket: string;
  /** For the work of the run: build contexts and saved archives. */
  readonly work: string;
}

/** Names the folder of one engine of one run, with a path short enough for a socket. Its supervisor makes and removes it. */
export async function nameRunFolder(): Promise<RunFolder> {
  const place =
    Buffer.byteLength(join(tmpdir(), 'sc-XXXXXXXX/engine.sock')) <= MAX_SOCKET ? tmpdir() : '/tmp';
  try {
    await readdir(place);
    await access(place, constants.W_OK);
  } catch (error) {
    throw new EngineError(unusable(place, error));
  }
  const path = join(place, `sc-${randomBytes(4).toString('hex')}`);
  return { path, socket: join(path, 'engine.sock'), work: join(path, 'work') };
}

/** Makes what an engine expects in its folder. */
export async function fillRunFolder({ path, work }: RunFolder): Promise<void> {
  await mkdir(join(path, 'root'));
  await mkdir(work);
}

/** Names and makes the folder in one step. The caller removes it. */
export async function makeRunFolder(): Promise<RunFolder> {
  const run = await nameRunFolder();
  await mkdir(run.path, { mode: 0o700 });
  await fillRunFolder(run);
  return run;
}

/** A new folder in the temporary folder. Throws EngineError when there can be none. */
export async function makeTemporaryFolder(place: string = tmpdir()): Promise<string> {
  return mkdtemp(join(place, 'sc-')).catch((error: unknown) => {
    throw new EngineError(unusable(place, error));
  });
}

function unusable(place: string, error: unknown): string {
  return `The temporary folder ${place} ${reasonOf(error)}; set TMPDIR to a folder that can be written to.`;
}

/** The same in a folder that is given. */
export async function makeFolder(path: string): Promise<RunFolder> {
  const work = join(path, 'work');
  await mkdir(work, { recursive: true });
  return { path, socket: join(path, 'engine.sock'), work };
}

/** Writes a recipe's files below a folder. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, fill(text, values));
  }
}

/** Replaces `{socket}` and the like. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
