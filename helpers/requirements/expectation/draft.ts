import type { Archive, Image } from '../../archive/model.ts';
import { listOf, stringOf } from '../../archive/oci/guards.ts';
import { readArchive } from '../../archive/read-archive.ts';
import { holdsSecret } from '../../common/secrets.ts';
import { draftConfig, draftPlatform } from './draft-config.ts';
import { draftFiles, draftPaths } from './draft-files.ts';
import { describeLeftOut, MAX_HISTORY_LINE } from './draft-left-out.ts';
import { draftWhole } from './draft-manifests.ts';
import { secretsComment, withoutSecrets } from './draft-secrets.ts';
import type { Expectation, ExpectedHistory } from './expectation-model.ts';
import type { FoundFiles } from './files.ts';
import { layerFiles, rootFiles } from './found.ts';
import { chooseImages, describeImages, type ImageChoice, ImageChoiceError } from './select.ts';

/** Contents up to this size stand in a draft as text; larger ones as a digest. */
const MAX_TEXT = 1024;
/** Programs that are looked into, and up to which size. */
const MAX_PROGRAMS = 20;
const MAX_PROGRAM_BYTES = 16 * 1024 * 1024;

const COMMENT = 'A first draft: leave out what may vary, such as times and digests of programs.';

interface DraftOptions {
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
  if (programs.length === 0 || source === '-') return draftExpectation(archive, image, image, options);
  const paths = [...new Set(programs)].slice(0, MAX_PROGRAMS);
  const again = await readArchive(source, { contents: { paths, maxFileBytes: MAX_PROGRAM_BYTES } });
  return draftExpectation(archive, image, onlyImage(again, choice), options);
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
  archive: Archive,
  image: Image,
  withPrograms: Image = image,
  { showSecrets = false }: DraftOptions = {},
): Expectation {
  const drafted = draftConfig(image);
  const { config, secrets } = showSecrets
    ? { config: drafted.config, secrets: [] }
    : withoutSecrets(drafted.config);
  const commands = listOf(image.config?.value, 'history').map((entry) => stringOf(entry, 'created_by'));
  const platform = draftPlatform(image);
  const draft: Expectation = {
    ...(Object.keys(platform).length > 0 && { platform }),
    ...(image.names.length > 0 && image.view === 'manifest.json' && { tags: image.names }),
    layers: image.layers.map((reference, position) => {
      const twin = withPrograms.layers[position];
      const programs = twin && layerFiles(withPrograms, twin);
      return draftFiles(layerFiles(image, reference), programs, image, showSecrets);
    }),
    rootfs: draftPaths(rootFiles(image)),
    ...(Object.keys(config).length > 0 && { config }),
    ...(commands.length > 0 && { history: draftHistory(commands, showSecrets) }),
    ...draftWhole(archive, image, showSecrets),
  };
  const texts = commands.filter((text) => text !== undefined);
  const comments = [
    COMMENT,
    ...(secrets.length > 0 ? [secretsComment(secrets)] : []),
    describeLeftOut(archive, image, draft, drafted.leftOut, texts),
  ];
  return { comment: comments.join(' '), ...draft };
}

function draftHistory(commands: readonly (string | undefined)[], showSecrets: boolean): ExpectedHistory {
  const stated = commands.filter((text) => text !== undefined && (showSecrets || !holdsSecret(text)));
  return {
    count: commands.length,
    created_by: stated.map((text = '') => `^${escapePattern([...text].slice(0, MAX_HISTORY_LINE).join(''))}`),
  };
}

/** The text as a regular expression that matches just it, with the `u` flag. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
