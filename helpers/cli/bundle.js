// Bundles the command line, and the script and style sheet of the report page.
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';

const pageBuild = createRequire(import.meta.url)('../report/html/page-build.json');

/** What the bundle depends on beside its sources. */
const BESIDE = [
  'helpers/cli/run.js',
  'helpers/cli/bundle.js',
  'helpers/report/html/page-build.json',
  'node_modules/.package-lock.json',
];

/** A file that was written later than this before the start may have been read half way through an edit. */
const SETTLED_MS = 1000;

/** Bundles into a folder, and records which files went in and came out, each with its stamp. */
export async function bundle({ root, outdir, record, stampOf }) {
  const startedAt = Date.now();
  const common = { absWorkingDir: root, outdir, write: false, metafile: true };
  const built = await Promise.all([
    // The command line reads these two files when it writes a page.
    build({ ...pageBuild, ...common }),
    build({
      ...common,
      entryPoints: {
        cli: 'helpers/cli/main.ts',
        'layer-worker': 'helpers/archive/layer-worker.ts',
        // What the workers of vitest load.
        'procedure-tests': 'helpers/runner/procedure-tests.ts',
        'engine-tests': 'helpers/runner/matrix/engine-tests.ts',
        'together-tests': 'helpers/runner/matrix/together-tests.ts',
      },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'error',
    }),
  ]);
  const outputs = built.flatMap(({ outputFiles }) => outputFiles);
  await Promise.all(outputs.map(({ path, contents }) => replaceIfChanged(path, contents)));

  const inputs = built.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const read = [...inputs, ...BESIDE.filter((path) => existsSync(join(root, path)))];
  // Otherwise there is no record, and the next run bundles once more.
  const changedAt = (path) => statSync(join(root, path)).mtimeMs;
  if (read.some((path) => changedAt(path) > startedAt - SETTLED_MS)) return;
  const files = [...read, ...outputs.map(({ path }) => relative(root, path))];
  const stamps = Object.fromEntries(files.map((path) => [path, stampOf(path)]));
  await replaceIfChanged(record, Buffer.from(JSON.stringify(stamps)));
}

async function replaceIfChanged(path, contents) {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
