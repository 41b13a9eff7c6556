import { imageKey } from '../../../archive/images.ts';
import { MAX_ROOT_STEPS } from '../../../archive/limits.ts';
import type { Archive, Image, JsonDocument, Layer } from '../../../archive/model.ts';
import { fieldOf, isStringArray, stringOf } from '../../../archive/oci/guards.ts';
import type { Program } from '../../../archive/programs.ts';
import type { Json } from '../../../common/json.ts';
import { UnjudgedError } from '../../outcome.ts';
import { createRootView, type FileInRoot, type LookupSteps, type RootView } from '../layer/root-view.ts';
import { GOARCH } from '../platforms.ts';
import { parameters, runnableImages } from '../support.ts';
import { readUser, type User } from './user.ts';

/** Folders of PATH that are looked into; the kernel takes no variable that holds many more. */
const MAX_PATH_FOLDERS = 1000;
/** runc's, where the image sets none. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** One image of Linux, as an engine would start it without further words. */
export interface ImageStart {
  readonly image: Image;
  readonly config: JsonDocument;
  readonly root: RootView;
  /** Entrypoint and Cmd in one; never empty. */
  readonly args: readonly string[];
  /** Where the first word stands in the config: `/config/Entrypoint/0`. */
  readonly pointer: string;
  /** `undefined` where the config states none that Go knows. */
  readonly architecture: string | undefined;
  readonly user: User;
  /** Absolute; `/` where the image states none. */
  readonly workingDir: string;
  readonly path: readonly string[];
  /** The file that the first word leads to, or why there is none. */
  readonly found: Found;
}

export type Found =
  | { readonly kind: 'file'; readonly file: FileInRoot & { readonly program: Program | undefined } }
  | { readonly kind: 'missing'; readonly tried: readonly string[] };

const starts = new WeakMap<Archive, readonly ImageStart[] | UnjudgedError>();

/** Every image of Linux whose layers are all there and that states a command. Two views of one config are one image. */
export function startsOf(archive: Archive): readonly ImageStart[] {
  const known = starts.get(archive) ?? tryStarts(archive);
  starts.set(archive, known);
  if (known instanceof UnjudgedError) throw known;
  return known;
}

/** What cost too much once would cost each requirement as much again. */
function tryStarts(archive: Archive): readonly ImageStart[] | UnjudgedError {
  try {
    return readStarts(archive);
  } catch (error) {
    if (error instanceof UnjudgedError) return error;
    throw error;
  }
}

function readStarts(archive: Archive): readonly ImageStart[] {
  const seen = new Set<string>();
  const steps = { left: MAX_ROOT_STEPS };
  return runnableImages(archive).flatMap((image) => {
    const { config } = image;
    const layers = image.layers.flatMap(({ layer }) => layer ?? []);
    const isWhole =
      layers.length === image.layers.length &&
      layers.length === image.diffIds.length &&
      layers.every(({ diffId }) => diffId !== '');
    if (!config || !isWhole || seen.has(config.digest) || stringOf(config.value, 'os') !== 'linux') return [];
    seen.add(config.digest);
    return readStart(image, config, layers, steps) ?? [];
  });
}

function readStart(
  image: Image,
  config: JsonDocument,
  layers: readonly Layer[],
  steps: LookupSteps,
): ImageStart | undefined {
  const all = parameters(config);
  const entrypoint = wordsOf(all, 'Entrypoint');
  const args = [...entrypoint, ...wordsOf(all, 'Cmd')];
  const [program] = args;
  if (program === undefined) return undefined;
  const root = createRootView(layers, steps);
  const architecture = stringOf(config.value, 'architecture');
  const workingDir = stringOf(all, 'WorkingDir') || '/';
  const path = pathOf(all);
  return {
    image,
    config,
    root,
    args,
    pointer: entrypoint.length > 0 ? '/config/Entrypoint/0' : '/config/Cmd/0',
    architecture: GOARCH.has(architecture ?? '') ? architecture : undefined,
    user: readUser(stringOf(all, 'User') ?? '', root),
    workingDir,
    path,
    found: findProgram(root, program, workingDir, path),
  };
}

function wordsOf(all: Json | undefined, name: string): readonly string[] {
  const words = fieldOf(all, name);
  return isStringArray(words) ? words : [];
}

function pathOf(all: Json | undefined): readonly string[] {
  const env = fieldOf(all, 'Env');
  const entry = isStringArray(env) ? env.findLast((text) => text.startsWith('PATH=')) : undefined;
  const folders = (entry?.slice('PATH='.length) ?? DEFAULT_PATH).split(':', MAX_PATH_FOLDERS);
  return folders.map((folder) => folder || '.');
}

/**
 * As the runtime does it: a name with a slash is a path from the working directory, another one is looked up in PATH. What
 * a folder of PATH that is no absolute one holds, it finds and does not start (Go's exec.ErrDot).
 */
export function findProgram(
  root: RootView,
  name: string,
  workingDir: string,
  path: readonly string[],
): Found {
  const from = (folder: string) => (folder.startsWith('/') ? folder : `${workingDir}/${folder}`);
  const tried = name.includes('/')
    ? [name.startsWith('/') ? name : `${workingDir}/${name}`]
    : path.map((folder) => `${from(folder)}/${name}`.replaceAll(/\/{2,}/g, '/'));
  const isStarted = (position: number) => name.includes('/') || path[position]?.startsWith('/');
  const files = tried
    .filter((_, position) => isStarted(position))
    .flatMap((place) => root.find(place) ?? [])
    .filter(({ entry }) => entry?.type !== 'directory' && entry);
  const file = files.find(({ entry }) => ((entry?.mode ?? 0) & 0o111) !== 0) ?? files[0];
  return file ? { kind: 'file', file } : { kind: 'missing', tried };
}

/** Where a violation of a start stands. */
export function startPlace({ image, config, pointer }: ImageStart) {
  return { image: imageKey(image), member: config.member, pointer };
}
