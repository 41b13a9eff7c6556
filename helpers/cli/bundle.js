// Bundles the command line, and the script and style sheet of the report page.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';
import { build } from 'esbuild';

const pageBuild = createRequire(import.meta.url)('../report/html/page-build.json');

/** What the bundle depends on beside its sources. */
const BESIDE = [
  'helpers/cli/run.js',
  'helpers/cli/bundle.js',
  'helpers/report/html/page-build.json',
  'node_modules/.package-lock.json',
];

/** Bundles into a folder, and records what went in and came out: each file with the digest of its content. */
export async function bundle({ root, outdir, record, digestOf }) {
  const digests = new Map();
  const note = (path, content) => digests.set(relative(root, path), digestOf(content));
  const common = { absWorkingDir: root, outdir, write: false, plugins: [readingWith(note)] };
  const built = await Promise.all([
    // The command line reads these two files when it writes a page.
    build({ ...pageBuild, ...common }),
    build({
      ...common,
      entryPoints: {
        cli: 'helpers/cli/entry.ts',
        // The entries of the package.
        index: 'helpers/cli/index.ts',
        vitest: 'helpers/runner/vitest-entry.ts',
        'vitest-engine': 'helpers/runner/spec-engine-setup.ts',
        'layer-worker': 'helpers/archive/layer-worker.ts',
        // The workers of vitest, and the tests that they load.
        'worker-process': 'helpers/runner/worker-process.ts',
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

  for (const { path, contents } of outputs) note(path, contents);
  for (const path of BESIDE.map((name) => join(root, name)).filter(existsSync))
    note(path, await readFile(path));
  await replaceIfChanged(record, Buffer.from(JSON.stringify(Object.fromEntries(digests))));
}

/** Reads the files for esbuild: what is noted is what was bundled, even if somebody is editing meanwhile. */
function readingWith(note) {
  return {
    name: 'note-inputs',
    setup({ onLoad }) {
      onLoad({ filter: /\.(ts|js|json|css)$/ }, async ({ path }) => {
        const contents = await readFile(path);
        note(path, contents);
        return { contents, loader: extname(path).slice(1) };
      });
    },
  };
}

async function replaceIfChanged(path, contents) {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
