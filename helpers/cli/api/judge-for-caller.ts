import type { Archive } from '../../archive/model.ts';
import { requireKnown } from '../../common/suggest.ts';
import type { Expectation } from '../../requirements/expectation/expectation-model.ts';
import { parseExpectation, readExpectation } from '../../requirements/expectation/read-expectation.ts';
import { ImageChoiceError } from '../../requirements/expectation/select.ts';
import {
  type JudgedArchive,
  type JudgeOptions,
  judgeArchive,
  type Unjudged,
} from '../../requirements/judge-archive.ts';
import { worst } from '../../requirements/outcome.ts';
import { judgeSource } from '../judge.ts';
import { checkRequirements } from '../known-requirements.ts';
import type { ArchiveCheck, ArchiveCheckOptions, RequirementCheck } from './api-model.ts';

/** Judges a path or a read archive. Throws `RangeError` or `ExpectationError` for options that cannot be used. */
export async function judgeForCaller(
  archive: string | Archive,
  options: ArchiveCheckOptions,
): Promise<ArchiveCheck> {
  const { expectation, only, ...rest } = options;
  const ids = only && (await checkRequirements()).map(({ id }) => id);
  requireKnown('requirement', only, ids ?? []);
  const asked: JudgeOptions = {
    ...rest,
    ...(only && { only }),
    ...(expectation !== undefined && { expectation: await expectationOf(expectation) }),
  };
  const judged =
    typeof archive === 'string' ? await judgeSource(archive, asked) : await judgeRead(archive, asked);
  return 'reason' in judged
    ? { verdict: 'could-not-judge', reason: judged.reason, requirements: [] }
    : checkOf(judged);
}

async function expectationOf(given: string | Expectation): Promise<Expectation> {
  if (typeof given === 'string') return readExpectation(given);
  return parseExpectation(JSON.stringify(given, null, 1), 'expectation');
}

async function judgeRead(archive: Archive, options: JudgeOptions): Promise<JudgedArchive | Unjudged> {
  try {
    return await judgeArchive(archive, options);
  } catch (error) {
    if (error instanceof ImageChoiceError) return { reason: error.message };
    throw error;
  }
}

function checkOf({ outcomes, requirements }: JudgedArchive): ArchiveCheck {
  const declared = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  const status = worst(outcomes.map((outcome) => outcome.status));
  return {
    verdict: status === 'error' ? 'could-not-judge' : status === 'fail' ? 'does-not-conform' : 'conforms',
    requirements: outcomes.flatMap((outcome): readonly RequirementCheck[] => {
      const requirement = declared.get(outcome.id);
      if (!requirement) return [];
      const { title, level, consequence } = requirement;
      return [{ ...outcome, title, level, consequence }];
    }),
  };
}
