import { readFile } from 'node:fs/promises';
import { EngineError } from '../error.ts';

/** An engine inherits the limit of this process, and with less its containers fail in words of their own. */
const LEAST = 256;

/** Throws `EngineError` where this process, and so an engine that it starts, may open too few files. */
export async function assertOpenFiles(limits = '/proc/self/limits'): Promise<void> {
  // Elsewhere than on Linux there is no such file, and no engine is started in namespaces.
  const text = await readFile(limits, 'utf8').catch(() => '');
  const [, most] = /^Max open files +(\d+)/m.exec(text) ?? [];
  if (most === undefined || Number(most) >= LEAST) return;
  throw new EngineError(
    `An engine needs at least ${LEAST} files that may be open, and here there may be ${most}: too many files are open soon (EMFILE); allow more (ulimit -n).`,
  );
}
