import type { Archive, Image } from '../../archive/model.ts';
import { readArchive } from '../../archive/read.ts';
import type { Json } from '../../common/json.ts';
import { holdsSecret } from '../../common/secrets.ts';
import { secretsComment, withoutSecrets } from './draft-secrets.ts';
import { factsOf } from './elf.ts';
import { type FoundFile, type FoundFiles, formatMode } from './files.ts';
import { layerFiles, rootFiles } from './found.ts';
import type { Expectation, ExpectedConfig, ExpectedFile, ExpectedFiles } from './model.ts';
import {
  chooseImages,
  describeImages,
  type ImageChoice,
  ImageChoiceError,
  memberOf,
  platformOf,
} from './select.ts';

/** Contents up to this size stand in a draft as text; larger ones as a digest. */
const MAX_TEXT = 1024;
/** Files of one list that are drafted; the rest is left open by `others`. */
const MAX_FILES = 500;
/** Programs that are looked into, and up to which size. */
const MAX_PROGRAMS = 20;
const MAX_PROGRAM_BYTES = 16 * 1024 * 1024;

const COMMENT = 'A first draft: leave out what may vary, such as digests of programs.';

export interface DraftOptions {
  /** States values that look like secrets too. Contents of files that hold one are always stated by digest. */
  readonly showSecrets?: boolean;
}

/** A first expectation for the image of an archive, true of it as it is; a person then leaves out what may vary. */
export async function draftFrom(
  source: string,
  choice: ImageChoice = {},
  options: DraftOptions = {},
): Promise<Expectation> {
  const archive = await readArchive(source, { contents: { paths: 'all', maxFileBytes: MAX_TEXT } });
  const image = onlyImage(archive, choice);
  const programs = image.layers.flatMap((reference) => programsOf(layerFiles(image, reference)));
  if (programs.length === 0 || source === '-') return draftExpectation(image, image, options);
  const paths = [...new Set(programs)].slice(0, MAX_PROGRAMS);
  const again = await readArchive(source, { contents: { paths, maxFileBytes: MAX_PROGRAM_BYTES } });
  return draftExpectation(image, onlyImage(again, choice), options);
}

function onlyImage(archive: Archive, choice: ImageChoice): Image {
  const [image, ...more] = chooseImages(archive, choice);
  if (!image) throw new ImageChoiceError(`${archive.source} holds no image to draft an expectation from`);
  if (more.length === 0) return image;
  throw new ImageChoiceError(
    `${archive.source} holds ${more.length + 1} images; choose one with --image or --platform: ${describeImages([image, ...more])}`,
  );
}

function programsOf({ files }: FoundFiles): readonly string[] {
  return [...files].flatMap(([path, { entry }]) =>
    entry.type === 'file' && (entry.mode & 0o111) !== 0 && entry.size <= MAX_PROGRAM_BYTES ? [path] : [],
  );
}

/** The draft for an image whose small contents were kept; `withPrograms` is the same image with programs kept. */
export function draftExpectation(
  image: Image,
  withPrograms: Image = image,
  { showSecrets = false }: DraftOptions = {},
): Expectation {
  const { config, secrets } = showSecrets
    ? { config: draftConfig(image), secrets: [] }
    : withoutSecrets(draftConfig(image));
  const history = memberOf(image.config?.value, 'history');
  const entries = Array.isArray(history) ? (history as readonly Json[]) : [];
  const commands = entries
    .map((entry) => memberOf(entry, 'created_by'))
    .filter((text) => typeof text === 'string');
  const platform = platformOf(image);
  return {
    comment: [COMMENT, ...(secrets.length > 0 ? [secretsComment(secrets)] : [])].join(' '),
    ...(Object.keys(platform).length > 0 && { platform }),
    ...(image.names.length > 0 && image.road === 'manifest.json' && { tags: image.names }),
    layers: image.layers.map((reference, position) => {
      const twin = withPrograms.layers[position];
      return draftFiles(layerFiles(image, reference), twin && layerFiles(withPrograms, twin), image);
    }),
    rootfs: draftPaths(rootFiles(image)),
    ...(Object.keys(config).length > 0 && { config }),
    ...(entries.length > 0 && {
      history: {
        count: entries.length,
        created_by: commands
          .filter((text) => showSecrets || !holdsSecret(text))
          .map((text) => `^${escapePattern([...text].slice(0, 60).join(''))}`),
      },
    }),
  };
}

function draftFiles(found: FoundFiles, programs: FoundFiles | undefined, image: Image): ExpectedFiles {
  const files = statable(found);
  return {
    files: files.map(([path, file]) => draftFile(path, file, programs?.files.get(path), image)),
    ...(found.files.size > files.length && { others: true }),
  };
}

/** The files whose path an expectation can state, as many as a person can read. */
function statable({ files }: FoundFiles): readonly (readonly [string, FoundFile])[] {
  return [...files].filter(([path]) => !/(?:^|\/)\.\.(?:\/|$)|\0/.test(path)).slice(0, MAX_FILES);
}

function draftFile(
  path: string,
  { entry, content }: FoundFile,
  program: FoundFile | undefined,
  image: Image,
): ExpectedFile {
  const { type, uid, gid, linkname } = entry;
  const facts = program?.content?.bytes && factsOf(program.content.bytes);
  return {
    path,
    ...(isStatable(type) && { type }),
    mode: formatMode(entry.mode),
    uid,
    gid,
    ...(linkname !== '' && { linkname }),
    ...(type === 'file' && content && draftContent(content.bytes, content.digest)),
    ...(facts && {
      elf: {
        static: facts.static,
        architecture: facts.architecture === platformOf(image).architecture ? 'image' : facts.architecture,
      },
    }),
  };
}

const STATABLE = [
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
] as const;

function isStatable(type: string): type is (typeof STATABLE)[number] {
  return (STATABLE as readonly string[]).includes(type);
}

function draftContent(
  bytes: Uint8Array | undefined,
  digest: string,
): Pick<ExpectedFile, 'content' | 'digest'> {
  try {
    const content = bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (content !== undefined && !holdsSecret(content) && !/[^\P{Cc}\t\n\r]/u.test(content))
      return { content };
  } catch {
    // Not UTF-8: the digest says it.
  }
  return { digest };
}

/** Path and type only: the layers above state the rest. */
function draftPaths(found: FoundFiles): ExpectedFiles {
  const paths = [...statable(found)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: paths.map(([path, { entry }]) => ({ path, ...(isStatable(entry.type) && { type: entry.type }) })),
    ...(found.files.size > paths.length && { others: true }),
  };
}

type DraftAs = (value: Json) => Json | undefined;

const asText: DraftAs = (value) => (typeof value === 'string' ? value : undefined);
const asList: DraftAs = (value) => (Array.isArray(value) && value.every(isText) ? value : undefined);
const asKeys: DraftAs = (value) => (isRecord(value) ? Object.keys(value) : undefined);
const asMap: DraftAs = (value) => (isRecord(value) && Object.values(value).every(isText) ? value : undefined);

/** How a field of the config stands in a draft; `undefined` where its value is no such thing. */
const DRAFT_AS: Readonly<Record<Exclude<keyof ExpectedConfig, 'others'>, DraftAs>> = {
  Cmd: asList,
  Entrypoint: asList,
  Env: (value) =>
    asList(value) === undefined || !(value as readonly string[]).every(isVariable) ? undefined : value,
  User: asText,
  WorkingDir: asText,
  Labels: asMap,
  ExposedPorts: asKeys,
  Volumes: asKeys,
  StopSignal: asText,
};

function isText(value: Json): value is string {
  return typeof value === 'string';
}

function isVariable(value: string): boolean {
  return value.indexOf('=') > 0;
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields that the config has, as far as an expectation can state them. */
function draftConfig(image: Image): ExpectedConfig {
  const config = memberOf(image.config?.value, 'config');
  const stated = Object.entries(DRAFT_AS).flatMap(([field, draftAs]) => {
    const value = memberOf(config, field);
    const drafted = value === undefined || value === null || value === '' ? undefined : draftAs(value);
    return drafted === undefined ? [] : [[field, drafted] as const];
  });
  return Object.fromEntries(stated);
}

/** The text as a regular expression that matches just it, with the `u` flag. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
