import type { Layer } from '../../../archive/model.ts';
import { normalisePath } from '../../../archive/normalise-path.ts';
import type { Program } from '../../../archive/programs.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import { ancestorsOf, type LayerPaths } from './pass.ts';
import { surveyLayer } from './survey.ts';

const MAX_LINKS = 40;

/** What stands at a path of a stack of layers. */
export interface RootFile {
  /** Where it really is, links followed; normalised, `''` for the root. */
  readonly path: string;
  /** `undefined` for a folder that has no entry of its own. */
  readonly entry: TarEntry | undefined;
  /** How it would be started; absent for folders and for files of another form. */
  readonly program: Program | undefined;
  /** Content, of the few files that are kept as text. */
  readonly text: string | undefined;
  /** Folders that were passed on the way, links followed, those with an entry only. */
  readonly folders: readonly TarEntry[];
}

/** A root file system that is asked path by path; nothing is flattened, so a million files cost nothing. */
export interface RootView {
  /** What a path leads to, symbolic links followed inside of the root; `undefined` where nothing is. */
  find(path: string): RootFile | undefined;
  /** Contents of the kept texts whose path fits, by path, sorted. */
  texts(pattern: RegExp): readonly (readonly [path: string, text: string])[];
}

/** Layers bottom first. */
export function createRootView(layers: readonly Layer[]): RootView {
  const stack = layers.map((layer) => ({ layer, paths: surveyLayer(layer).paths }));

  /** The highest layer that says something of a path decides. */
  function entryAt(
    path: string,
  ): { readonly layer: Layer; readonly position: number | undefined } | undefined {
    for (let index = stack.length - 1; index >= 0; index--) {
      const found = stack[index];
      if (!found) continue;
      const position = found.paths.seen.positionOf(path);
      if (position !== undefined || found.paths.implied.has(path)) return { layer: found.layer, position };
      if (isRemoved(found.paths, path)) return undefined;
    }
    return undefined;
  }

  function find(path: string): RootFile | undefined {
    const pending = path.split('/').reverse();
    const folders: TarEntry[] = [];
    let at: readonly string[] = [];
    let file: RootFile | undefined = {
      path: '',
      entry: undefined,
      program: undefined,
      text: undefined,
      folders,
    };
    for (let links = 0, segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
      if (segment === '' || segment === '.') continue;
      if (file?.entry && file.entry.type !== 'directory') return undefined;
      if (file?.entry) folders.push(file.entry);
      if (segment === '..') {
        at = at.slice(0, -1);
        file = { path: at.join('/'), entry: undefined, program: undefined, text: undefined, folders };
        continue;
      }
      const next = [...at, segment];
      const found = entryAt(next.join('/'));
      if (!found) return undefined;
      const { layer, position } = found;
      const entry = position === undefined ? undefined : layer.entries.at(position);
      if (entry?.type === 'symlink') {
        if (++links > MAX_LINKS) return undefined;
        if (entry.linkname.startsWith('/')) at = [];
        pending.push(...entry.linkname.split('/').reverse());
        file = { path: at.join('/'), entry: undefined, program: undefined, text: undefined, folders };
        continue;
      }
      at = next;
      file = fileOf(layer, at.join('/'), position, folders);
    }
    return file;
  }

  return {
    find,
    texts(pattern) {
      const names = stack.flatMap(({ layer }) =>
        [...layer.texts.keys()].map((position) => normalisePath(layer.entries.at(position)?.path ?? '')),
      );
      return [...new Set(names.filter((name) => pattern.test(name)))].sort().flatMap((name) => {
        const text = find(name)?.text;
        return text === undefined ? [] : [[name, text] as const];
      });
    },
  };
}

/** A hard link has the content of the file of its layer that it leads to. */
function fileOf(
  layer: Layer,
  path: string,
  position: number | undefined,
  folders: readonly TarEntry[],
): RootFile {
  const entry = position === undefined ? undefined : layer.entries.at(position);
  let at = position;
  for (let links = 0; links < MAX_LINKS && at !== undefined; links++) {
    const target = layer.entries.at(at);
    if (target?.type !== 'hardlink') break;
    at = surveyLayer(layer).paths.seen.positionOf(normalisePath(target.linkname));
  }
  const content = at ?? -1;
  return { path, entry, program: layer.programs.get(content), text: layer.texts.get(content), folders };
}

function isRemoved({ removed, opaque, seen }: LayerPaths, path: string): boolean {
  if (removed.has(path)) return true;
  for (const folder of ancestorsOf(path)) {
    if (removed.has(folder) || opaque.has(folder)) return true;
    const type = seen.get(folder);
    if (type !== undefined && type !== 'directory') return true;
  }
  return opaque.has('');
}
