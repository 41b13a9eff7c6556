import type { Image } from '../../archive/model.ts';
import { holdsSecret } from '../../common/secrets.ts';
import { draftValues } from './draft-secrets.ts';
import { elfPropertiesOf } from './elf.ts';
import type { ExpectedFile, ExpectedFiles } from './expectation-model.ts';
import { type FoundFile, type FoundFiles, formatMode } from './files.ts';
import { platformOf } from './select.ts';
import { statedXattrs } from './values.ts';

/** Files of one list that are drafted; the rest is left open by `others`. */
export const MAX_FILES = 500;

export function draftFiles(
  found: FoundFiles,
  programs: FoundFiles | undefined,
  image: Image,
  showSecrets: boolean,
): ExpectedFiles {
  const files = statable(found);
  return {
    files: files.map(([path, file]) => draftFile(path, file, programs?.files.get(path), image, showSecrets)),
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
  showSecrets: boolean,
): ExpectedFile {
  const { type, uid, gid, mtime, linkname } = entry;
  const xattrs = draftValues(statedXattrs(entry), showSecrets);
  const properties = program?.content?.bytes && elfPropertiesOf(program.content.bytes);
  return {
    path,
    ...(isStatable(type) && { type }),
    mode: formatMode(entry.mode),
    uid,
    gid,
    ...(Number.isFinite(mtime) && { mtime }),
    ...(Object.keys(xattrs).length > 0 && { xattrs }),
    ...(linkname !== '' && { linkname }),
    ...(type === 'file' && content && draftContent(content.bytes, content.digest)),
    ...(properties && {
      elf: {
        static: properties.static,
        architecture:
          properties.architecture === platformOf(image).architecture ? 'image' : properties.architecture,
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
export function draftPaths(found: FoundFiles): ExpectedFiles {
  const paths = [...statable(found)].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    files: paths.map(([path, { entry }]) => ({ path, ...(isStatable(entry.type) && { type: entry.type }) })),
    ...(found.files.size > paths.length && { others: true }),
  };
}
