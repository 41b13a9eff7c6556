// Writes the types of the package's entries: what tsc declares for them, and of the rest only the files that they reach.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';

const SPECIFIER = /(from |import\(|import )(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

/** `entries` are sources below helpers/; their declarations keep that place below `outdir`. */
export async function writeDeclarations({ root, outdir, entries }) {
  const scratch = await mkdtemp(join(tmpdir(), 'scratch-conformance-types-'));
  try {
    const config = join(scratch, 'tsconfig.json');
    await writeFile(config, JSON.stringify(configFor(root, join(scratch, 'out'), entries)));
    await runCompiler(root, config);
    await rm(outdir, { recursive: true, force: true });
    await copyReached(join(scratch, 'out/helpers'), outdir, entries);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function configFor(root, outDir, entries) {
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      outDir,
      rootDir: root,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: entries.map((entry) => join(root, 'helpers', entry)),
    include: [],
  };
}

async function runCompiler(root, config) {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  await promisify(execFile)(process.execPath, [compiler, '--project', config], { cwd: root }).catch(
    (error) => {
      throw new Error(`Suite bug: the types cannot be declared: ${error.stdout || error.message}`);
    },
  );
}

async function copyReached(from, to, entries) {
  const reached = new Set(entries.map(declarationOf));
  for (const path of reached) {
    const text = await readFile(join(from, path), 'utf8');
    for (const [, , , target] of text.matchAll(SPECIFIER))
      reached.add(normalize(join(dirname(path), `${target}.d.ts`)));
    await mkdir(dirname(join(to, path)), { recursive: true });
    // Declarations of a package name the JavaScript beside them, whatever the settings of the program that reads them.
    await writeFile(join(to, path), text.replace(SPECIFIER, '$1$2$3.js$2'));
  }
}

function declarationOf(entry) {
  return entry.replace(/\.ts$/, '.d.ts');
}
