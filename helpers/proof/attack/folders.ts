import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Room } from './attack-model.ts';

export function makeRoom(): Room {
  const root = mkdtempSync(join(tmpdir(), 'attack-'));
  const room = {
    work: join(root, 'work'),
    tmp: join(root, 'tmp'),
    home: join(root, 'home'),
    aside: join(root, 'aside'),
  };
  for (const folder of Object.values(room)) mkdirSync(folder);
  return room;
}

export function removeRoom(room: Room): void {
  rmSync(join(room.work, '..'), { recursive: true, force: true });
}

/** Every name below the folders that a command may touch, with what changes when its content does. */
type Snapshot = ReadonlyMap<string, string>;

export function snapshotOf({ work, tmp }: Room): Snapshot {
  const names = [work, tmp].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return new Map(names.flatMap((name) => stampOf(name)));
}

function stampOf(path: string): readonly (readonly [string, string])[] {
  try {
    const stat = lstatSync(path, { bigint: true });
    // A folder changes with what is in it, which is compared by itself; devices and pipes are written to as such.
    const content = stat.isFile() ? [stat.size, stat.mtimeNs, stat.ctimeNs, stat.ino] : [stat.ino];
    return [[path, [stat.mode, ...content].join(' ')]];
  } catch {
    return []; // It went away while it was listed.
  }
}

/** What is new, changed or gone, in words; what was to be written is left out. */
export function folderDifferences(
  before: Snapshot,
  after: Snapshot,
  room: Room,
  written: readonly string[],
): readonly string[] {
  const expected = new Set(written.map((name) => join(room.work, name)));
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => !expected.has(path));
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    return [`${old === undefined ? 'new' : now === undefined ? 'gone' : 'changed'} ${path}`];
  });
}
