// Runs the command line from source: a checkout never runs stale code. It is bundled (some 300 ms) whenever the content of a
// file that went into the bundle, or of the bundle itself, is not as it was; the published package ships the same bundle.
// Files are replaced atomically, so two runs at once are safe.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
// `--build-only` bundles and runs nothing; `--package` writes the types too, which only a package needs. Both take a FOLDER to
// build into.
const forPackage = process.argv[2] === '--package';
const buildOnly = forPackage || process.argv[2] === '--build-only';
const outdir = (buildOnly && process.argv[3]) || join(root, '.build');
const record = join(outdir, 'bundle.json');

try {
  if (buildOnly || !isCurrent()) {
    const { bundle } = await import('./bundle.js');
    await bundle({ root, outdir, record, digestOf });
    if (forPackage) {
      const { writeDeclarations } = await import('./declarations.js');
      await writeDeclarations({
        root,
        outdir: join(outdir, 'types'),
        entries: ['cli/index.ts', 'runner/vitest-entry.ts', 'runner/spec-engine-setup.ts'],
      });
    }
  }
  if (!buildOnly) await import(pathToFileURL(join(outdir, 'cli.js')).href);
} catch (error) {
  // Not 1, which would say that something was judged.
  process.exitCode = 2;
  process.stderr.write(`Could not run: ${explain(error)}\n`);
}

/** A checkout that is not complete, or that this user may not write to, is no bug of the suite. */
function explain({ code, message, syscall }) {
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const [, name = 'a file'] = /package '([^']+)'|module '([^']+)'/.exec(message) ?? [];
    return `a package that the suite needs is not installed (${name}); run npm ci in ${root}.`;
  }
  if (code === 'EMFILE' || code === 'ENFILE')
    return `the command line cannot be bundled, because too many files are open (${code}); allow more (ulimit -n).`;
  if (syscall !== undefined)
    return `the command line cannot be bundled into ${outdir} (${code}); run npm ci once as somebody who may write there.`;
  return message;
}

/** Whether every file that was read or written by the last bundling holds what it held then. */
function isCurrent() {
  try {
    const files = Object.entries(JSON.parse(readFileSync(record, 'utf8')));
    return (
      files.length > 0 && files.every(([path, digest]) => digestOf(readFileSync(join(root, path))) === digest)
    );
  } catch {
    return false; // There is no bundle, or something of it is gone.
  }
}

function digestOf(content) {
  return createHash('sha256').update(content).digest('base64url');
}
