import { describeOther, requireSourceOrArchive } from '../archive/is-archive.ts';
import { CALLERS_CONTENTS } from '../archive/limits.ts';
import type { Archive, ReadOptions } from '../archive/model.ts';
import { readArchiveBytes, readArchive as readSource } from '../archive/read-archive.ts';
import { requireKnown } from '../common/suggest.ts';
import { compareArchives } from '../gate/diff/compare-archives.ts';
import type { DiffOptions } from '../gate/diff/diff-archives.ts';
import { AREAS, type ArchiveDiff } from '../gate/diff/diff-model.ts';
import { LEVELS } from '../requirements/define.ts';
import type { ArchiveCheck, ArchiveCheckOptions, Explanation } from './api/api-model.ts';
import { explainKnown } from './api/explain-id.ts';
import { judgeForCaller } from './api/judge-for-caller.ts';

/** The entry of the package: what `check`, `diff` and `explain` do, for programs. Names and types are held by a test. */

export { UnreadableError } from '../archive/errors.ts';
export type {
  Archive,
  Image,
  Layer,
  LayerReference,
  Member,
  Problem,
  ReadOptions,
} from '../archive/model.ts';
export type { TarEntry } from '../archive/tar/entry.ts';
export type { Locator } from '../common/locator.ts';
export { DiffError } from '../gate/diff/diff-archives.ts';
export type { ArchiveDiff, ArchiveDifference, Area, Sameness } from '../gate/diff/diff-model.ts';
export type { Level } from '../requirements/define.ts';
export type { Expectation, ExpectedFile } from '../requirements/expectation/expectation-model.ts';
export { ExpectationError } from '../requirements/expectation/read-expectation.ts';
export type { Finding, Status } from '../requirements/outcome.ts';
export type { ArchiveCheck, ArchiveCheckOptions, Explanation, RequirementCheck } from './api/api-model.ts';
export type { DiffOptions };

/**
 * Reads a saved image in any form into one model, which judges nothing.
 *
 * @param source Path of a tar or of a layout folder, `-` for standard input, or the bytes of a tar.
 * @param options By default the digest of every file is kept, and the content of files of up to 1 MiB, together at
 *   most 128 MiB. Sizes are bytes, times are seconds since 1970, modes are numbers.
 * @throws {TypeError} Neither a path nor bytes were given.
 * @throws {UnreadableError} There is nothing to read. Damage never throws: it becomes `problems`, and `incomplete` says
 *   why an archive was not read to its end.
 */
export async function readArchive(source: string | Uint8Array, options: ReadOptions = {}): Promise<Archive> {
  if (!(typeof source === 'string' && source !== '') && !(source instanceof Uint8Array))
    throw new TypeError(`readArchive takes a path or bytes, not ${describeOther(source)}.`);
  const wanted = { contents: CALLERS_CONTENTS, ...options };
  return typeof source === 'string' ? readSource(source, wanted) : readArchiveBytes(source, wanted);
}

/**
 * Judges a saved image by the specifications and by what real consumers do with it, and by an expectation if one is
 * given. The requirements are those of `scratch-conformance check --list`; each cites its source.
 *
 * @param archive A path, or what `readArchive` returned.
 * @returns Never a pass of what was not judged: an archive that cannot be read is `could-not-judge`, with the `reason`.
 * @throws {TypeError} Neither a path nor a read archive was given.
 * @throws {RangeError} An option names a level or a requirement that does not exist.
 * @throws {ExpectationError} The expectation is malformed: one line for each mistake.
 */
export async function checkArchive(
  archive: string | Archive,
  options: ArchiveCheckOptions = {},
): Promise<ArchiveCheck> {
  requireSourceOrArchive('checkArchive', archive);
  requireKnown('level', options.levels, LEVELS);
  return judgeForCaller(archive, options);
}

/**
 * Compares two saved images level by level: bytes, manifest, config, layers, root file system.
 *
 * @param before A path, or what `readArchive` returned; so is `after`.
 * @param options `ignore` names areas that may differ, such as `times`; `platform` is `linux/arm64`.
 * @returns `differences`, the heaviest first; none of them: nothing that was asked for differs.
 * @throws {TypeError} Neither a path nor a read archive was given.
 * @throws {UnreadableError} One of the two cannot be read.
 * @throws {DiffError} There is nothing to compare: no image, no image of the platform, or an archive that is cut off.
 * @throws {RangeError} An area to ignore does not exist.
 */
export async function diffArchives(
  before: string | Archive,
  after: string | Archive,
  options: DiffOptions = {},
): Promise<ArchiveDiff> {
  for (const given of [before, after]) requireSourceOrArchive('diffArchives', given);
  requireKnown('area', options.ignore, AREAS);
  return compareArchives(before, after, options);
}

/**
 * One requirement in words: what it demands, who demands it, who breaks, and what real consumers were measured to do.
 *
 * @param id Such as `config.diff-id`.
 * @throws {RangeError} No requirement has that id.
 */
export async function explain(id: string): Promise<Explanation> {
  return explainKnown(id);
}
