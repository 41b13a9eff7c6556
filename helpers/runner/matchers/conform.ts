import type { Archive } from '../../archive/model.ts';
import { requireKnown } from '../../common/suggest.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { START_REQUIREMENTS } from '../../requirements/archive/start.ts';
import { checkArchive } from '../../requirements/check.ts';
import { checkExpectation, EXPECTATION_REQUIREMENTS } from '../../requirements/expectation/check.ts';
import type { Expectation } from '../../requirements/expectation/expectation-model.ts';
import { parseExpectation } from '../../requirements/expectation/read-expectation.ts';
import { chooseImages } from '../../requirements/expectation/select.ts';
import { concerning } from '../../requirements/judge-archive.ts';
import type { Outcome } from '../../requirements/outcome.ts';
import { archiveGiven, type MatchResult, resultOf } from './match-result.ts';
import { CONFORM_LEVELS, type ConformOptions, type ImageOfArchive } from './matcher-types.ts';

const ALL = [...ARCHIVE_REQUIREMENTS, ...EXPECTATION_REQUIREMENTS];
const LEVEL_OF: ReadonlyMap<string, string> = new Map(ALL.map(({ id, level }) => [id, level]));

export function toConform(received: unknown, options: ConformOptions = {}): MatchResult {
  const archive = archiveGiven(received, 'toConform');
  const { level = 'consumer', only, expectation } = options;
  requireKnown('level', [level], CONFORM_LEVELS);
  requireKnown('requirement', only, [...LEVEL_OF.keys()]);
  const failing = new Set(['expectation', ...CONFORM_LEVELS.slice(0, CONFORM_LEVELS.indexOf(level) + 1)]);
  const outcomes = [
    ...ofChosenImages(
      archive,
      checkArchive(archive, ARCHIVE_REQUIREMENTS, { ...(only && { only }) }),
      options,
    ),
    ...(expectation === undefined ? [] : compare(archive, expectation, options)),
  ];
  return resultOf({
    archive,
    claim: 'conform',
    outcomes,
    requirements: ALL,
    refutes: ({ id, status }) =>
      (status === 'fail' || status === 'warn') && failing.has(LEVEL_OF.get(id) ?? ''),
  });
}

export function toStart(received: unknown): MatchResult {
  const archive = archiveGiven(received, 'toStart');
  return resultOf({
    archive,
    claim: 'start',
    outcomes: checkArchive(archive, START_REQUIREMENTS),
    requirements: START_REQUIREMENTS,
    refutes: ({ status }) => status === 'fail' || status === 'warn',
  });
}

/** Compares the archive with an expectation that a matcher was given, as far as it is stated. */
export function matchExpectation(
  received: unknown,
  matcher: string,
  claim: string,
  expectation: Expectation,
  choice: ImageOfArchive = {},
): MatchResult {
  const archive = archiveGiven(received, matcher);
  return resultOf({
    archive,
    claim,
    outcomes: compare(archive, expectation, choice),
    requirements: EXPECTATION_REQUIREMENTS,
    refutes: ({ status }) => status === 'fail',
  });
}

/** Throws `ExpectationError` for a malformed one. */
function compare(archive: Archive, expectation: Expectation, { image, platform }: ImageOfArchive) {
  const valid = parseExpectation(JSON.stringify(expectation, null, 1), 'expectation');
  return checkExpectation(archive, valid, {
    ...(image !== undefined && { image }),
    ...(platform !== undefined && { platform }),
  });
}

function ofChosenImages(
  archive: Archive,
  outcomes: readonly Outcome[],
  { image, platform }: ImageOfArchive,
): readonly Outcome[] {
  if (image === undefined && platform === undefined) return outcomes;
  const choice = { ...(image !== undefined && { image }), ...(platform !== undefined && { platform }) };
  return concerning(outcomes, archive, chooseImages(archive, choice));
}
