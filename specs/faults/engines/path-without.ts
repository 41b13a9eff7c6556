import { readdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The folders of the test run: a program that this machine lacks was provided for it. */
const PLACES = (process.env['PATH'] ?? '').split(delimiter);

/** A PATH with everything that this host has, but the programs that are named. */
export async function pathWithout(folder: string, programs: readonly string[]): Promise<string> {
  for (const place of PLACES) {
    const names = (await readdir(place).catch(() => [])).filter((name) => !programs.includes(name));
    // The first of several places wins, as in a PATH.
    const link = (name: string) => symlink(join(place, name), join(folder, name)).catch(() => {});
    await Promise.all(names.map(link));
  }
  return folder;
}
