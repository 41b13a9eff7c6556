import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { BuildOptions } from 'esbuild';
import pageBuild from './page-build.json' with { type: 'json' };

/** The page's script and style sheet as text. */
interface PageAssets {
  readonly script: string;
  readonly style: string;
}

let loaded: PageAssets | undefined;

/** Beside the bundled command line they stand ready (helpers/cli/run.js wrote them); from source they are bundled here. */
export function pageAssets(): PageAssets {
  loaded ??= import.meta.url.endsWith('.ts') ? bundleAssets() : readAssets();
  return loaded;
}

function readAssets(): PageAssets {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
  return { script: read('./page.js'), style: read('./page.css') };
}

/** esbuild is there wherever the source is; the published package has neither. */
function bundleAssets(): PageAssets {
  const { buildSync }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  const { outputFiles } = buildSync({
    ...(pageBuild as BuildOptions),
    absWorkingDir: fileURLToPath(new URL('../../..', import.meta.url)),
    write: false,
  });
  const find = (ending: string) => outputFiles?.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: find('.js'), style: find('.css') };
}
