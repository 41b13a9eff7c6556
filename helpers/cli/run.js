// Bundles the command line from source (some 100 ms) and runs it: a checkout never runs stale code,
// and the published package ships the same bundle. Files are replaced atomically, so two runs at once are safe.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
// `--build-only FOLDER` builds elsewhere.
const outdir = (process.argv[2] === '--build-only' && process.argv[3]) || join(root, '.build');

// The report page's script and style sheet, which the command line reads when it writes a page.
const pageBuild = createRequire(import.meta.url)('../report/html/page-build.json');
const page = build({ ...pageBuild, absWorkingDir: root, outdir, write: false });
const cli = build({
  absWorkingDir: root,
  entryPoints: {
    cli: 'helpers/cli/main.ts',
    'layer-worker': 'helpers/archive/layer-worker.ts',
    'engine-process': 'helpers/matrix/engine-process.ts',
  },
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
const built = await Promise.all([cli, page]);
await Promise.all(built.flatMap(({ outputFiles }) => outputFiles).map(replaceIfChanged));

if (process.argv[2] !== '--build-only') await import(pathToFileURL(join(outdir, 'cli.js')).href);

async function replaceIfChanged({ path, contents }) {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, contents);
  await rename(temporary, path);
}
