import type { EntryContent } from '../../archive/model.ts';
import { parentOf } from '../../archive/normalise-path.ts';
import type { TarEntry } from '../../archive/tar/entry.ts';
import type { Locator } from '../../common/locator.ts';
import type { Violation } from '../outcome.ts';
import { stated } from './config.ts';
import type { ExpectedFile, ExpectedFiles } from './expectation-model.ts';

/** A file where it was found: in a layer, or in the flattened root. */
export interface FoundFile {
  readonly entry: TarEntry;
  /** Absent when it was not kept, or cannot be read. */
  readonly content?: EntryContent;
  readonly where: Locator;
}

/** What a layer or the root holds, by normalised path; the last entry of a path counts. */
export interface FoundFiles {
  readonly files: ReadonlyMap<string, FoundFile>;
  readonly where: Locator;
  /** How the list was obtained, in words. */
  readonly from: string;
  /** Pointer of the stated list in the expectation. */
  readonly pointer: string;
}

/** One violation for each path that is missing, or is there and must not be. */
export function* comparePaths(found: FoundFiles, expected: ExpectedFiles): Iterable<Violation> {
  const { files, where, from, pointer } = found;
  for (const [position, { path }] of (expected.files ?? []).entries()) {
    if (!files.has(path)) {
      yield {
        where: { ...where, entry: path },
        expected: { value: 'present', from: stated(`${pointer}/files/${position}`) },
        actual: { value: 'absent', from },
      };
    }
  }
  for (const [path, file] of files) {
    const rule = whyUnwanted(path, file, expected, pointer);
    if (rule !== undefined) {
      yield {
        where: file.where,
        expected: { value: 'absent', from: stated(rule) },
        actual: { value: `present (${file.entry.type})`, from },
      };
    }
  }
}

function whyUnwanted(
  path: string,
  { entry }: FoundFile,
  expected: ExpectedFiles,
  pointer: string,
): string | undefined {
  const absent = positionsOf(expected.absent).get(path);
  if (absent !== undefined) return `${pointer}/absent/${absent}`;
  if (expected.files === undefined || expected.others === true) return undefined;
  const { paths, parents } = statedPaths(expected.files);
  if (paths.has(path) || (entry.type === 'directory' && parents.has(path))) return undefined;
  return `${pointer}/files`;
}

const POSITIONS = new WeakMap<object, ReadonlyMap<string, number>>();
const NONE: readonly string[] = [];

/** Where each path stands in a list; worked out once for each list. */
function positionsOf(paths: readonly string[] = NONE): ReadonlyMap<string, number> {
  const known = POSITIONS.get(paths);
  if (known) return known;
  // Of equal paths the first counts.
  const result = new Map(paths.map((path, position) => [path, position] as const).reverse());
  POSITIONS.set(paths, result);
  return result;
}

const STATED = new WeakMap<
  object,
  { readonly paths: ReadonlySet<string>; readonly parents: ReadonlySet<string> }
>();

/** The stated paths and the directories on the way to them; worked out once for each list. */
function statedPaths(files: readonly ExpectedFile[]) {
  const known = STATED.get(files);
  if (known) return known;
  const paths = new Set(files.map(({ path }) => path));
  const parents = new Set<string>(['']);
  for (const path of paths) {
    for (let parent = parentOf(path); !parents.has(parent); parent = parentOf(parent)) parents.add(parent);
  }
  const result = { paths, parents };
  STATED.set(files, result);
  return result;
}

/** Type, mode, owner, size, time and link target, as far as they are stated. */
export function* compareMetadata(found: FoundFiles, expected: ExpectedFiles): Iterable<Violation> {
  for (const { file, stated: wanted, pointer } of pairs(found, expected)) {
    const { entry } = file;
    const actual: Readonly<Record<string, string | number>> = {
      type: entry.type,
      mode: formatMode(entry.mode),
      uid: entry.uid,
      gid: entry.gid,
      size: entry.size,
      mtime: entry.mtime,
      linkname: entry.linkname,
    };
    for (const [field, value] of Object.entries(actual)) {
      const want = METADATA[field]?.(wanted);
      if (want !== undefined && want !== value) {
        yield {
          where: file.where,
          expected: { value: want, from: stated(`${pointer}/${field}`) },
          actual: { value, from: `${field} of the tar header` },
        };
      }
    }
  }
}

const METADATA: Readonly<Record<string, (file: ExpectedFile) => string | number | undefined>> = {
  type: ({ type }) => type,
  mode: ({ mode }) => mode?.padStart(4, '0'),
  uid: ({ uid }) => uid,
  gid: ({ gid }) => gid,
  size: ({ size }) => size,
  mtime: ({ mtime }) => mtime,
  linkname: ({ linkname }) => linkname,
};

/** Permission, set-id and sticky bits as in `chmod`: `0755`. */
export function formatMode(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

/** A file of another type than stated is for `expectation.file-metadata` to report. */
export function isOtherType({ entry }: FoundFile, { type }: ExpectedFile): boolean {
  return type !== undefined && type !== entry.type;
}

interface Pair {
  readonly file: FoundFile;
  readonly stated: ExpectedFile;
  readonly pointer: string;
}

/** Each stated file that was found. The missing ones are for `compareNames` to report. */
export function* pairs({ files, pointer }: FoundFiles, expected: ExpectedFiles): Iterable<Pair> {
  for (const [position, wanted] of (expected.files ?? []).entries()) {
    const file = files.get(wanted.path);
    if (file) yield { file, stated: wanted, pointer: `${pointer}/files/${position}` };
  }
}
