import { imageKey } from '../../../archive/images.ts';
import type { Image } from '../../../archive/model.ts';
import type { TarEntry } from '../../../archive/tar/entry.ts';
import type { Violation } from '../../outcome.ts';
import { whyUnreadable } from '../content.ts';
import type { Matcher } from '../pattern.ts';
import { contentPlace, pathOfTest, placeIn, type RootPlace } from './root-files.ts';
import type { FileContentTest, FileExistenceTest } from './structure-model.ts';

/** Compares the root of an image with the file tests of container-structure-test. */

/** What Go writes before the permissions, in its order. */
const TYPES: Readonly<Partial<Record<TarEntry['type'], string>>> = {
  directory: 'd',
  symlink: 'L',
  fifo: 'p',
  'block-device': 'D',
  'character-device': 'Dc',
};

/** A mode as Go's `FileMode.String` writes it. */
export function goMode({ type, mode }: Pick<TarEntry, 'type' | 'mode'>): string {
  const [before = '', after = ''] = [TYPES[type]?.slice(0, 1), TYPES[type]?.slice(1)];
  const setId = `${mode & 0o4000 ? 'u' : ''}${mode & 0o2000 ? 'g' : ''}`;
  const letters = `${before}${setId}${after}${mode & 0o1000 ? 't' : ''}`;
  const permissions = [...'rwxrwxrwx'].map((letter, bit) => (mode & (0o400 >> bit) ? letter : '-')).join('');
  return `${letters || '-'}${permissions}`;
}

const EXECUTABLE = { owner: 0o100, group: 0o010, other: 0o001, any: 0o111 } as const;

/** What an engine makes of a folder that no layer states. */
const FOLDER = { type: 'directory', mode: 0o755, uid: 0, gid: 0 } as const;

/** The file is there, or not, with the mode and owner that the test states. */
export function* compareExistence(image: Image, tests: readonly FileExistenceTest[]): Iterable<Violation> {
  for (const [position, test] of tests.entries()) {
    const path = pathOfTest(image, test.path);
    const place = placeIn(image, path, path.endsWith('/'));
    const state = (field: string) => statedBy(test.name, `/fileExistenceTests/${position}/${field}`);
    const where = whereOf(image, place, test.path);
    const shouldExist = test.shouldExist ?? true;
    if ((place !== undefined) !== shouldExist) {
      yield {
        where,
        expected: { value: shouldExist ? 'present' : 'absent', from: state('shouldExist') },
        actual: { value: shouldExist ? 'absent' : 'present', from: `${test.path} in the flattened root` },
      };
    } else if (place) {
      for (const [field, expected, actual] of attributesOf(test, place))
        yield {
          where,
          expected: { value: expected, from: state(field) },
          actual: { value: actual, from: `tar header of ${place.file?.entry.path ?? 'no layer'}` },
        };
    }
  }
}

type Attribute = readonly [field: string, expected: string | number, actual: string | number];

function attributesOf(test: FileExistenceTest, { file }: RootPlace): readonly Attribute[] {
  const { permissions = '', isExecutableBy = '', uid = -1, gid = -1 } = test;
  const entry = file?.entry ?? FOLDER;
  // A hard link is a name of a file like any other.
  const mode = goMode({ type: entry.type === 'hardlink' ? 'file' : entry.type, mode: entry.mode });
  const attributes: readonly (Attribute | false)[] = [
    permissions !== '' && ['permissions', permissions, mode],
    isExecutableBy !== '' &&
      (entry.mode & EXECUTABLE[isExecutableBy]) === 0 && [
        'isExecutableBy',
        `executable by ${isExecutableBy}`,
        mode,
      ],
    uid !== -1 && ['uid', uid, entry.uid],
    gid !== -1 && ['gid', gid, entry.gid],
  ];
  return attributes.filter((one) => one !== false).filter(([, expected, actual]) => expected !== actual);
}

/** Each expected pattern is in the content, and no excluded one. */
export function* compareContents(
  image: Image,
  tests: readonly FileContentTest[],
  matcher: Matcher,
): Iterable<Violation> {
  for (const [position, test] of tests.entries()) {
    const place = contentPlace(image, test.path);
    const where = whereOf(image, place, test.path);
    const state = (field: string) => statedBy(test.name, `/fileContentTests/${position}/${field}`);
    const problem = problemOf(place, test.path);
    if (problem) {
      yield { where, expected: { value: 'a file that can be read', from: state('path') }, actual: problem };
      continue;
    }
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(place?.file?.content?.bytes);
    yield* comparePatterns({
      ...{ text, where, matcher, from: `content of ${place?.path}`, state },
      expected: ['expectedContents', test.expectedContents],
      excluded: ['excludedContents', test.excludedContents],
    });
  }
}

function problemOf(place: RootPlace | undefined, path: string): Violation['actual'] | undefined {
  if (place === undefined) return { value: 'absent', from: `${path} in the flattened root` };
  if (!place.file) return { value: 'no regular file but a directory', from: `content of ${place.path}` };
  return whyUnreadable(place.file, true);
}

type Patterns = readonly [field: string, patterns: readonly string[] | null | undefined];

interface PatternsOfText {
  readonly text: string;
  readonly where: Violation['where'];
  readonly matcher: Matcher;
  /** Where the text comes from, in words. */
  readonly from: string;
  /** Where a field stands, in words. */
  readonly state: (field: string) => string;
  readonly expected: Patterns;
  readonly excluded: Patterns;
}

/** Longest text that a finding quotes. */
const MAX_SHOWN = 1000;

export function* comparePatterns(asked: PatternsOfText): Iterable<Violation> {
  const { text, where, matcher, from, state } = asked;
  const value = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  for (const [[field, patterns], isWanted] of [
    [asked.expected, true] as const,
    [asked.excluded, false] as const,
  ])
    for (const [position, pattern] of (patterns ?? []).entries())
      if (matcher.matches(pattern, text) !== isWanted)
        yield {
          where,
          expected: {
            value: `${isWanted ? '' : 'not '}/${pattern}/`,
            from: state(`${field}/${position}`),
          },
          actual: { value, from },
        };
}

/** How people find the test again. */
export function statedBy(name: string, pointer: string): string {
  return `expectation ${pointer}, "${name}"`;
}

function whereOf(image: Image, place: RootPlace | undefined, path: string): Violation['where'] {
  return place?.file?.where ?? { image: imageKey(image), entry: path };
}
