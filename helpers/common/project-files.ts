import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Absolute path of a folder of this project or of its published package, from source and from the bundle alike.
 * Throws when the package is incomplete.
 */
export function projectFolder(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, name))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`Suite bug: the folder ${name} is missing from the installation.`);
    folder = parent;
  }
  return join(folder, name);
}

/** Whether this is a checkout of the repository, not the published package, which has no sources of the command line. */
export function isCheckout(): boolean {
  return existsSync(join(projectFolder('helpers'), 'cli/main.ts'));
}
