import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profile } from '../../../../helpers/archive/model.ts';

/** Folder of the recorded archives; its README says how to add one. */
export const ARCHIVES = fileURLToPath(new URL('../../../../fixtures/archives', import.meta.url));

/** How the archives of one folder came to be: `provenance.json`. */
export interface Provenance {
  readonly producer: string;
  /** Version by program, as in the circumstances of a deviation. */
  readonly versions: Readonly<Record<string, string>>;
  readonly store?: 'graphdriver' | 'containerd';
  /** Where the producer was installed from. */
  readonly origin: string;
  /** Exact package versions. */
  readonly packages?: Readonly<Record<string, string>>;
  /** Day, `2026-11-23`. */
  readonly recorded: string;
  readonly note?: string;
  readonly archives: readonly RecordedArchive[];
}

export interface RecordedArchive {
  readonly file: string;
  readonly sha256: string;
  readonly builder?: string;
  readonly saver: string;
  /** What the archive must be recognised as. */
  readonly profile: Profile;
  /** Names in `context/`. */
  readonly dockerfiles: readonly string[];
  readonly commands: readonly string[];
  /** Every requirement that the archive really breaks, in the order of the catalogue. */
  readonly knownFindings: readonly KnownFinding[];
}

export interface KnownFinding {
  /** Id of the requirement. */
  readonly id: string;
  /** How many violations of it the archive holds. */
  readonly times: number;
  readonly reason: string;
}

/** One recorded archive with its place, for a row of a table of tests. */
export interface Recording extends RecordedArchive {
  /** `<folder>/<file>` */
  readonly name: string;
  readonly path: string;
}

const isFolder = (entry: Dirent) => entry.isDirectory() && entry.name !== 'context';

/** Names of the folders, sorted. */
export const FOLDERS: readonly string[] = readdirSync(ARCHIVES, { withFileTypes: true })
  .filter(isFolder)
  .map(({ name }) => name)
  .sort();

export function readProvenance(folder: string): Provenance {
  return JSON.parse(readFileSync(join(ARCHIVES, folder, 'provenance.json'), 'utf8')) as Provenance;
}

/** Every recorded archive, by folder and file. */
export const RECORDINGS: readonly Recording[] = FOLDERS.flatMap((folder) =>
  readProvenance(folder).archives.map((archive) => ({
    ...archive,
    name: `${folder}/${archive.file}`,
    path: join(ARCHIVES, folder, archive.file),
  })),
);
