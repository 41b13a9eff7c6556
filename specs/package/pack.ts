import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

export interface Packed {
  /** Absolute path of the tarball. */
  readonly tarball: string;
  /** Folder that it was packed from. */
  readonly stage: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** Packs a copy: the folder of the checkout also holds what earlier builds left, and others may be running from it. */
export async function packProject(folder: string): Promise<Packed> {
  const stage = join(folder, 'stage');
  await execa('node', ['helpers/cli/run.js', '--package', join(stage, '.build')]);
  // npm 9 runs the script `prepare` of the folder also with --ignore-scripts, and that one bundles all of this.
  for (const path of ['package.json', 'tsconfig.json', 'LICENSE', 'helpers', 'c', 'specs', 'fixtures'])
    await cp(path, join(stage, path), { recursive: true });
  await symlink(resolve('node_modules'), join(stage, 'node_modules'));
  const { stdout } = await execa(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', folder],
    {
      cwd: stage,
    },
  );
  const [told]: readonly { filename: string; size: number; files: { path: string; size: number }[] }[] =
    JSON.parse(stdout);
  if (!told) throw new Error('npm pack told nothing');
  return { tarball: join(folder, told.filename), stage, size: told.size, files: told.files };
}

/** A folder of somebody else's, with nothing but what is installed there; answers its path. */
export async function installInto(path: string, ...packages: readonly string[]): Promise<string> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'package.json'), '{ "private": true }');
  await execa('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], {
    cwd: path,
    env: { NODE_PATH: '' },
  });
  return path;
}
