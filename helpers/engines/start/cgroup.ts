import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

/** Removes empty control groups of one name from every hierarchy. One that is absent or not ours to remove is left. */
export async function removeCgroup(name: string): Promise<void> {
  const hierarchies = await readdir(ROOT).catch(() => []);
  await Promise.all(
    [ROOT, ...hierarchies.map((each) => join(ROOT, each))].map((root) => removeTree(join(root, name))),
  );
}

async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}
