import type { Archive, Image } from '../../archive/model.ts';
import { MAX_FILES } from './draft-files.ts';
import type { Expectation, ExpectedFiles } from './expectation-model.ts';
import { layerFiles } from './found.ts';
import { manifestsOf } from './manifests.ts';

/** Characters of a history line that a draft states. */
export const MAX_HISTORY_LINE = 60;

/** What no draft states: it varies with every build, or cannot be told from an image. */
const NEVER = 'names of users and groups, device numbers, created, author, and forbidden patterns';

/** What the draft does not state of the image, in one sentence; a reader must not take it for judged. */
export function describeLeftOut(
  archive: Archive,
  image: Image,
  draft: Expectation,
  configFields: readonly string[],
  commands: readonly string[],
): string {
  const files = countOpen(image, draft);
  const programs = countPrograms(image) - countStatedPrograms(draft);
  const lines = commands.length - (draft.history?.created_by?.length ?? 0);
  const manifests = manifestsOf(archive, image).length;
  const parts = [
    ...(files > 0 ? [`${files} files (a list states at most ${MAX_FILES}, and no path with "..")`] : []),
    ...(programs > 0 ? [`what ${programs} programs need (ELF)`] : []),
    ...(configFields.length > 0 ? [`config ${configFields.join(', ')}`] : []),
    ...(lines > 0 ? [`${lines} history lines that look like secrets`] : []),
    ...(commands.some((text) => [...text].length > MAX_HISTORY_LINE)
      ? [`history lines behind their first ${MAX_HISTORY_LINE} characters`]
      : []),
    ...(manifests > 1 ? [`annotations and media types (${manifests} manifests lead to this image)`] : []),
    NEVER,
  ];
  return `Not written down: ${parts.join('; ')}.`;
}

function countOpen(image: Image, { layers = [] }: Expectation): number {
  return image.layers.reduce((sum, reference, position) => {
    const { files = [] } = layers[position] ?? {};
    return sum + layerFiles(image, reference).files.size - files.length;
  }, 0);
}

function countPrograms({ layers }: Image): number {
  const all = layers.flatMap(({ layer }) => [...(layer?.programs.values() ?? [])]);
  return all.filter(({ kind }) => kind === 'elf').length;
}

function countStatedPrograms({ layers = [] }: Expectation): number {
  const files = layers.flatMap(({ files: list = [] }: ExpectedFiles) => list);
  return files.filter(({ elf }) => elf).length;
}
