import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What the specs of the flow and vitest itself load, by name of the bundled file. */
const ENTRIES = ['claims', 'archive-verdicts', 'global-setup', 'conformance.config'];

/**
 * Bundles the helpers of the specs from source (some 100 ms) and returns the path of the bundled vitest config. Files are
 * replaced atomically, so two runs at once are safe.
 */
export async function bundleSpecs(root: string): Promise<string> {
  const { build } = await import('esbuild');
  const outdir = join(root, '.build/flow');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(ENTRIES.map((name) => [name, `helpers/vitest/${name}.ts`])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    outdir,
    write: false,
    logLevel: 'error',
  });
  await Promise.all(outputFiles.map(({ path, contents }) => replaceIfChanged(path, contents)));
  return join(outdir, 'conformance.config.js');
}

async function replaceIfChanged(path: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
