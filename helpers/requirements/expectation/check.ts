import { UnreadableError } from '../../archive/errors.ts';
import type { Archive, ContentsWanted, Image } from '../../archive/model.ts';
import { type CheckOptions, evaluate, selectRequirements, unjudged } from '../check.ts';
import { type Outcome, worst } from '../outcome.ts';
import type { Expectation, ExpectedFile, ExpectedPlatform } from './expectation-model.ts';
import { looksIntoTexts } from './forbidden.ts';
import { createMatcher } from './pattern.ts';
import { EXPECTATION_REQUIREMENTS } from './requirements.ts';
import {
  chooseImages,
  describeImages,
  formatPlatform,
  type ImageChoice,
  ImageChoiceError,
  isSameName,
  memberOf,
  platformOf,
} from './select.ts';
import { namedPaths, pathsBehindLinks } from './structure/root-files.ts';

export { EXPECTATION_REQUIREMENTS } from './requirements.ts';

/** Compares one image with an expectation: one outcome for each requirement. Without an image, `expectation.image` fails. */
function checkImage(
  archive: Archive,
  image: Image | undefined,
  expectation: Expectation,
  options: CheckOptions = {},
  matcher = createMatcher(),
): readonly Outcome[] {
  const subject = { archive, expectation, matcher, ...(image && { image }) };
  return selectRequirements(EXPECTATION_REQUIREMENTS, options).map((requirement) =>
    evaluate(requirement, subject, options),
  );
}

/**
 * Compares the image that is chosen, or the only one, with an expectation. Of an image for several platforms each one
 * is compared. Throws `ImageChoiceError` when the choice is not clear. An archive without any image fails.
 */
export function checkExpectation(
  archive: Archive,
  expectation: Expectation,
  options: ImageChoice & CheckOptions = {},
): readonly Outcome[] {
  const { incomplete } = archive;
  if (incomplete !== undefined)
    return selectRequirements(EXPECTATION_REQUIREMENTS, options).map((requirement) =>
      unjudged(requirement, incomplete),
    );
  const images = imagesToJudge(archive, expectation, options);
  if (images.length === 0) return checkImage(archive, undefined, expectation, options);
  // All images share the budget of the patterns.
  const matcher = createMatcher();
  return mergeOutcomes(images.map((image) => checkImage(archive, image, expectation, options, matcher)));
}

function imagesToJudge(archive: Archive, expectation: Expectation, choice: ImageChoice): readonly Image[] {
  const images = chooseImages(archive, choice);
  const { platform } = expectation;
  const fitting = images.filter((image) => isPlatformOf(image, platform ?? {}));
  const judged = fitting.length > 0 ? fitting : images;
  const platforms = new Set(judged.map((image) => formatPlatform(platformOf(image))));
  if (
    judged.length > 1 &&
    !(judged.every((image) => isSameImage(judged[0], image)) && platforms.size === judged.length)
  ) {
    throw new ImageChoiceError(
      `${archive.source} holds ${judged.length} images; choose one with --image or --platform: ${describeImages(judged)}`,
    );
  }
  return judged;
}

/** Whether two images go by the same name, however it is spelt: then they are one image for two platforms. */
function isSameImage(first: Image | undefined, image: Image): boolean {
  if (first === undefined || first.names.length === 0) return image.names.length === 0;
  return image.names.some((name) =>
    first.names.some((known) => isSameName(name, known) || isSameName(known, name)),
  );
}

function isPlatformOf(image: Image, expected: ExpectedPlatform): boolean {
  return (['os', 'architecture', 'variant', 'os.version'] as const).every(
    (key) => expected[key] === undefined || expected[key] === memberOf(image.config?.value, key),
  );
}

/** One outcome for each requirement over all platforms of an image: the worst, with every finding. */
function mergeOutcomes(lists: readonly (readonly Outcome[])[]): readonly Outcome[] {
  const [first = [], ...more] = lists;
  if (more.length === 0) return first;
  return first.map((outcome, position) => {
    const all = [outcome, ...more.flatMap((list) => list[position] ?? [])];
    const status = worst(all.map((one) => one.status));
    const findings = all.flatMap((one) => one.findings);
    const omitted = all.reduce((sum, one) => sum + (one.omitted ?? 0), 0);
    const reason = all.find((one) => one.status === status)?.reason;
    return {
      id: outcome.id,
      status,
      findings,
      ...(omitted > 0 && { omitted }),
      ...(reason !== undefined && { reason }),
    };
  });
}

/** Most bytes of a file that are kept to look into it: for text patterns, and for programs. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;
const MAX_PROGRAM_BYTES = 64 * 1024 * 1024;

/** Which file contents the reader must keep so that the expectation can be judged. */
export function contentsWanted(expectation: Expectation): ContentsWanted {
  const files = [...(expectation.layers ?? []), expectation.rootfs ?? {}].flatMap((list) => list.files ?? []);
  const wanted = files.filter(looksInside);
  return {
    paths: [...new Set([...wanted.map(({ path }) => path), ...namedPaths(expectation.structure)])],
    maxFileBytes: wanted.some(({ elf }) => elf) ? MAX_PROGRAM_BYTES : MAX_TEXT_BYTES,
    ...(looksIntoTexts(expectation.forbidden ?? []) && { maxTextBytes: MAX_TEXT_BYTES }),
  };
}

/** Reads an archive for an expectation; again where symbolic links lead to files that it does not name. */
export async function readFor(
  expectation: Expectation,
  read: (contents: ContentsWanted) => Promise<Archive>,
  { isStream = false }: { readonly isStream?: boolean } = {},
): Promise<Archive> {
  const contents = contentsWanted(expectation);
  const archive = await read(contents);
  const more = pathsBehindLinks(archive, expectation);
  if (more.length === 0 || contents.paths === 'all') return archive;
  if (isStream)
    throw new UnreadableError(
      `standard input: its symbolic links lead to files that the expectation does not name (${more.slice(0, 3).join(', ')}), for which it has to be read twice; save it to a file, and judge that.`,
    );
  return read({ ...contents, paths: [...contents.paths, ...more] });
}

function looksInside({ content, digest, pattern, elf }: ExpectedFile): boolean {
  return [content, digest, pattern, elf].some((part) => part !== undefined);
}
