import { imageKey } from '../../archive/images.ts';
import { defineRequirements, type Requirement } from '../define.ts';
import type { Violation } from '../outcome.ts';
import { compareConfig, compareHistory, comparePlatform, compareTags, stated } from './config.ts';
import { compareContent } from './content.ts';
import { compareElf } from './elf.ts';
import type { Expectation, ExpectationSubject, ExpectedFile, ExpectedFiles } from './expectation-model.ts';
import { compareMetadata, comparePaths, type FoundFiles } from './files.ts';
import { layerFiles, rootFiles } from './found.ts';
import { STRUCTURE_REQUIREMENTS } from './structure/structure-requirements.ts';
import { needs, PROMISE, source } from './support.ts';
import { compareXattrs } from './values.ts';
import { WHOLE_REQUIREMENTS } from './whole.ts';

/** Each layer that is both stated and there, with what it should hold. */
function* layers({ image, expectation }: ExpectationSubject): Iterable<readonly [FoundFiles, ExpectedFiles]> {
  for (const [position, expected] of (expectation.layers ?? []).entries()) {
    const reference = image?.layers[position];
    if (image && reference) yield [layerFiles(image, reference), expected];
  }
}

function* root({ image, expectation }: ExpectationSubject): Iterable<readonly [FoundFiles, ExpectedFiles]> {
  if (image && expectation.rootfs) yield [rootFiles(image), expectation.rootfs];
}

type Compare = (found: FoundFiles, expected: ExpectedFiles) => Iterable<Violation>;

function* each(lists: Iterable<readonly [FoundFiles, ExpectedFiles]>, compare: Compare): Iterable<Violation> {
  for (const [found, expected] of lists) yield* compare(found, expected);
}

function statesOfFile(
  { layers: lists = [], rootfs = {} }: Expectation,
  part: (file: ExpectedFile) => unknown,
) {
  return [...lists, rootfs].some(({ files }) => files?.some((file) => part(file) !== undefined));
}

/** What is stated of files, layers and the config. */
const CONTENT_REQUIREMENTS = defineRequirements<ExpectationSubject, `expectation.${string}`>([
  {
    ...PROMISE,
    id: 'expectation.image',
    title: 'The archive holds an image that the expectation can be compared with',
    source: source('', 'What one image must contain.'),
    consequence:
      'Nothing of what the expectation states was found: the archive is empty, damaged, or of another kind.',
    *check({ archive, image }) {
      if (image) return;
      yield {
        where: {},
        expected: { value: 'an image', from: 'expectation' },
        actual: {
          value: 'none',
          from: `images that manifest.json or index.json of ${archive.source} leads to`,
        },
      };
    },
  },
  {
    ...PROMISE,
    id: 'expectation.layer-count',
    title: 'The image has as many layers as the expectation states',
    source: source('layers', 'Every layer of the image, bottom first.'),
    consequence:
      'An instruction was lost, merged, split or doubled: caches and layer positions no longer fit.',
    when: needs('layers'),
    *check({ image, expectation: { layers: expected } }) {
      if (!image || !expected || image.layers.length === expected.length) return;
      yield {
        where: { image: imageKey(image) },
        expected: { value: expected.length, from: stated('/layers') },
        actual: { value: image.layers.length, from: `layers of ${imageKey(image)}` },
      };
    },
  },
  {
    ...PROMISE,
    id: 'expectation.layer-files',
    title: 'Each layer holds exactly the stated files',
    source: source('layers', 'The files, exactly'),
    consequence:
      'A layer holds the wrong files: layers were exchanged, or files were lost, added or renamed.',
    when: needs('layers'),
    check: (subject) => each(layers(subject), comparePaths),
  },
  {
    ...PROMISE,
    id: 'expectation.file-metadata',
    title: 'The files of each layer have the stated type, mode, owner, size, time and link target',
    source: source('layers', 'Permission bits in octal'),
    consequence: 'Programs do not start, or files are readable or writable for the wrong users.',
    when: needs('layers'),
    check: (subject) => each(layers(subject), compareMetadata),
  },
  {
    ...PROMISE,
    id: 'expectation.file-content',
    title: 'The files of each layer have the stated content',
    source: source('layers', 'The whole content as text (UTF-8).'),
    consequence: 'The image carries other content than was built into it.',
    when: needs('layers'),
    check: (subject) =>
      each(layers(subject), (found, expected) => compareContent(found, expected, subject.matcher)),
  },
  {
    ...PROMISE,
    id: 'expectation.rootfs',
    title: 'The flattened root holds exactly the stated files, as stated',
    source: source('rootfs', 'The root filesystem that remains when all layers are applied.'),
    consequence: 'A container sees other files than intended, for example an older version of one.',
    when: needs('rootfs'),
    *check(subject) {
      yield* each(root(subject), comparePaths);
      yield* each(root(subject), compareMetadata);
      yield* each(root(subject), (found, expected) => compareContent(found, expected, subject.matcher));
    },
  },
  {
    ...PROMISE,
    id: 'expectation.file-xattrs',
    title: 'The stated files have the stated extended attributes',
    source: source('layers', 'Extended attributes by name'),
    consequence:
      'A capability or label of a file is lost: ping, newuidmap and the like fail, or a file has rights that nobody gave it.',
    when: ({ image, expectation }) => {
      if (!statesOfFile(expectation, ({ xattrs }) => xattrs)) return 'the expectation states no xattrs';
      return image ? true : 'the archive holds no image to compare';
    },
    check: (subject) => each([...layers(subject), ...root(subject)], compareXattrs),
  },
  {
    ...PROMISE,
    id: 'expectation.static-binary',
    title: 'The stated programs are ELF files, static and for the architecture as stated',
    source: source('layers', 'No interpreter and no needed libraries.'),
    consequence:
      'In an image from scratch there is no loader: "exec /hello: no such file or directory", or "exec format error".',
    when: ({ image, expectation }) => {
      if (!statesOfFile(expectation, ({ elf }) => elf)) return 'the expectation states no ELF file';
      return image ? true : 'the archive holds no image to compare';
    },
    *check(subject) {
      const { image } = subject;
      if (!image) return;
      yield* each([...layers(subject), ...root(subject)], (found, expected) =>
        compareElf(image, found, expected),
      );
    },
  },
  {
    ...PROMISE,
    id: 'expectation.config',
    title: 'The image config has the stated fields',
    source: source('config', "Fields of the image config's `config`, in its spelling"),
    consequence:
      'A container starts another program, with another environment, user or folder than intended.',
    when: needs('config'),
    *check({ image, expectation: { config } }) {
      if (image && config) yield* compareConfig(image, config);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.tags',
    title: 'The image has the stated names',
    source: source('tags', 'Names the image must have'),
    consequence: 'After "docker load" the image is not found by its name, or an older one is.',
    when: needs('tags'),
    *check({ image, expectation: { tags } }) {
      if (image && tags) yield* compareTags(image, tags);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.platform',
    title: 'The image is for the stated platform',
    source: source(
      'platform',
      'Fields of the image config: `os`, `architecture` (GOARCH), `variant`, `os.version`',
    ),
    consequence: 'The image does not run where it is meant to, or runs under emulation.',
    when: needs('platform'),
    *check({ image, expectation: { platform } }) {
      if (image && platform) yield* comparePlatform(image, platform);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.history',
    title: 'The history of the image has the stated entries',
    source: source('history', "each must match an entry's `created_by`, in this order"),
    consequence: 'The image does not tell how it was built, or was built by other instructions.',
    when: needs('history'),
    *check({ image, expectation: { history }, matcher }) {
      if (image && history) yield* compareHistory(image, history, matcher);
    },
  },
]);

/** What one image must contain, as an expectation file states it. A part that is left out is not judged. */
export const EXPECTATION_REQUIREMENTS = [
  ...CONTENT_REQUIREMENTS,
  ...WHOLE_REQUIREMENTS,
  ...STRUCTURE_REQUIREMENTS,
] satisfies readonly Requirement<ExpectationSubject>[];
