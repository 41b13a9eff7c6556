import { MAX_LINKS, MAX_ROOT_STEPS } from '../../../archive/limits.ts';
import type { Layer } from '../../../archive/model.ts';
import { normalisePath, parentOf } from '../../../archive/normalise-path.ts';
import type { Program } from '../../../archive/programs.ts';
import type { EntryType, TarEntry } from '../../../archive/tar/entry.ts';
import { plainEntry } from '../../../archive/tar/entry-list.ts';
import { UnjudgedError } from '../../outcome.ts';
import type { LayerPaths } from './pass.ts';
import { surveyLayer } from './survey.ts';

export interface Place {
  /** Where it really is, links followed. */
  readonly real: string;
  /** Of what it leads to; `undefined` for a link that leads nowhere. */
  readonly type: EntryType | undefined;
  /** A symbolic link stands at the path itself. */
  readonly isLink: boolean;
  /** Of what it leads to, where that has an entry of its own. */
  readonly entry: TarEntry | undefined;
}

const ROOT: Place = { real: '', type: 'directory', isLink: false, entry: undefined };

/** What stands at a path of a stack of layers. */
export interface FileInRoot {
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
  /** What stands at a normalised path; `undefined` where nothing is. For many paths: what is known of a folder is kept. */
  placeAt(path: string): Place | undefined;
  /** What a path leads to, symbolic links followed inside of the root; `undefined` where nothing is. */
  find(path: string): FileInRoot | undefined;
  /** Contents of the kept texts whose path fits, by path, sorted. */
  texts(pattern: RegExp): readonly (readonly [path: string, text: string])[];
}

/** Counts how often a layer is asked for a path. */
export interface LookupSteps {
  left: number;
}

/** Throws `UnjudgedError` when more is asked than an image of a million files needs. Layers bottom first. */
export function createRootView(
  layers: readonly Layer[],
  steps: LookupSteps = { left: MAX_ROOT_STEPS },
): RootView {
  const stack = layers.map((layer) => ({ layer, paths: surveyLayer(layer).paths }));
  const places = new Map<string, Place | undefined>();

  /** The highest layer that says something of a path decides. */
  function entryAt(
    path: string,
  ): { readonly layer: Layer; readonly position: number | undefined } | undefined {
    for (let index = stack.length - 1; index >= 0; index--) {
      const found = stack[index];
      if (!found) continue;
      steps.left -= 1 + (path.length >> 6);
      if (steps.left < 0)
        throw new UnjudgedError(
          `The layers of the image take more than ${MAX_ROOT_STEPS} steps to look through.`,
        );
      const position = found.paths.seen.positionOf(path);
      if (position !== undefined || found.paths.implied.has(path)) return { layer: found.layer, position };
      if (isRemoved(found.paths, path)) return undefined;
    }
    return undefined;
  }

  function find(path: string): FileInRoot | undefined {
    const pending = path.split('/').reverse();
    const folders: TarEntry[] = [];
    let at: readonly string[] = [];
    let file: FileInRoot | undefined = {
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

  /** Folder by folder, from the nearest one that is known. */
  function placeAt(path: string): Place | undefined {
    const unknown: string[] = [];
    for (let at = path; at !== '' && !places.has(at); at = parentOf(at)) unknown.push(at);
    for (let at = unknown.pop(); at !== undefined; at = unknown.pop()) places.set(at, placeOf(at));
    return path === '' ? ROOT : places.get(path);
  }

  function placeOf(path: string): Place | undefined {
    const parent = parentOf(path);
    const folder = parent === '' ? ROOT : places.get(parent);
    if (folder?.type !== 'directory') return undefined;
    const name = path.slice(parent === '' ? 0 : parent.length + 1);
    const real = folder.real === '' ? name : `${folder.real}/${name}`;
    const found = entryAt(real);
    if (!found) return undefined;
    const entry = found.position === undefined ? undefined : found.layer.entries.at(found.position);
    if (entry?.type !== 'symlink') return { real, type: entry?.type ?? 'directory', isLink: false, entry };
    const target = find(real);
    const type = target && (target.entry?.type ?? 'directory');
    return { real: target?.path ?? real, type, isLink: true, entry: target?.entry };
  }

  return {
    find,
    placeAt,
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
): FileInRoot {
  const entry = position === undefined ? undefined : layer.entries.at(position);
  let at = position;
  for (let links = 0; links < MAX_LINKS && at !== undefined; links++) {
    const target = layer.entries.at(at);
    if (target?.type !== 'hardlink') break;
    at = surveyLayer(layer).paths.seen.positionOf(normalisePath(target.linkname));
  }
  const content = at ?? -1;
  return {
    path,
    entry: withAttributes(layer, path, entry),
    program: layer.programs.get(content),
    text: layer.texts.get(content),
    folders,
  };
}

/** All names of a file have the attributes of the last hard link to it. */
function withAttributes(layer: Layer, path: string, entry: TarEntry | undefined): TarEntry | undefined {
  const { links } = surveyLayer(layer).paths;
  const last = links.last.get(links.files.get(path) ?? path);
  return entry && last ? { ...plainEntry(entry), mode: last.mode, uid: last.uid, gid: last.gid } : entry;
}

function isRemoved({ removed, opaque, nearestCover }: LayerPaths, path: string): boolean {
  return removed.has(path) || opaque.has('') || nearestCover(parentOf(path)) !== undefined;
}
