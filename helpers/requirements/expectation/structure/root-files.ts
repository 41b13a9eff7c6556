import { MAX_LINKS } from '../../../archive/limits.ts';
import type { Archive, Image } from '../../../archive/model.ts';
import { normalisePath } from '../../../archive/normalise-path.ts';
import { fieldOf } from '../../../archive/oci/guards.ts';
import type { Expectation } from '../expectation-model.ts';
import type { FoundFile, FoundFiles } from '../files.ts';
import { rootFiles } from '../found.ts';
import { environmentOf, substitute } from './structure-model.ts';

/** What stands at a path of the root of an image. */
export interface RootPlace {
  /** Links followed; `''` is the root itself. */
  readonly path: string;
  /** Absent for the root, and for a folder that no layer states. */
  readonly file?: FoundFile;
}

const ROOTS = new WeakMap<Image, FoundFiles & { readonly folders: ReadonlySet<string> }>();

/** The flattened root of an image; worked out once. */
function rootOf(image: Image) {
  const known = ROOTS.get(image);
  if (known) return known;
  const found = rootFiles(image);
  const folders = new Set<string>(['']);
  for (const path of found.files.keys())
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      folders.add(path.slice(0, end));
  const root = { ...found, folders };
  ROOTS.set(image, root);
  return root;
}

/** Links on the way are followed; one at the end only where that is asked for. */
export function placeIn(image: Image, path: string, followsLast: boolean): RootPlace | undefined {
  const { files, folders } = rootOf(image);
  const pending = path.split('/').reverse();
  let at: readonly string[] = [];
  for (let links = 0, segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      at = at.slice(0, -1);
      continue;
    }
    const next = [...at, segment].join('/');
    const file = files.get(next);
    const isLast = pending.every((rest) => rest === '' || rest === '.');
    if (file?.entry.type === 'symlink' && (followsLast || !isLast)) {
      if (++links > MAX_LINKS) return undefined;
      if (file.entry.linkname.startsWith('/')) at = [];
      pending.push(...file.entry.linkname.split('/').reverse());
      continue;
    }
    if (!file && !folders.has(next)) return undefined;
    at = next.split('/');
  }
  const real = at.join('/');
  const file = files.get(real);
  return { path: real, ...(file && { file }) };
}

/** A path of a test, with the variables of the image filled in. */
export function pathOfTest(image: Image, path: string): string {
  return substitute(path, environmentOf(fieldOf(fieldOf(image.config?.value, 'config'), 'Env')));
}

/** The file with the content: a hard link has that of the file that it leads to. */
export function contentPlace(image: Image, path: string): RootPlace | undefined {
  const place = placeIn(image, pathOfTest(image, path), true);
  const entry = place?.file?.entry;
  return entry?.type === 'hardlink' ? placeIn(image, entry.linkname, true) : place;
}

/** Files to look into that no test names by their own path; what was read did not keep them. */
export function pathsBehindLinks(archive: Archive, { structure }: Expectation): readonly string[] {
  const tests = structure?.fileContentTests ?? [];
  const images = [...archive.dockerImages, ...archive.ociImages];
  const named = new Set(namedPaths(structure));
  const found = images.flatMap((image) => tests.flatMap(({ path }) => contentPlace(image, path)?.path ?? []));
  return [...new Set(found)].filter((path) => !named.has(path));
}

export function namedPaths(structure: Expectation['structure']): readonly string[] {
  return (structure?.fileContentTests ?? []).map(({ path }) => normalisePath(path));
}
