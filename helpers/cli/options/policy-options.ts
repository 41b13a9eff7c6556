import { quoteWord } from '../../common/escape.ts';
import { didYouMean } from '../../common/suggest.ts';
import { chooseOne, optionList, UsageError } from '../../common/usage.ts';
import { ReportError } from '../../report/read-report.ts';
import { FAIL_ON_LEVELS, type FailOnLevel, type Policy, type Waiver } from '../../requirements/policy.ts';
import { findRequirements, type KnownRequirement } from '../known-requirements.ts';

/** What `--only`, `--skip`, `--fail-on` and `--baseline` say. */
interface PolicyValues {
  readonly only?: readonly string[] | undefined;
  readonly skip?: readonly string[] | undefined;
  readonly 'fail-on'?: string | undefined;
  readonly baseline?: string | undefined;
}

/** The policy of a command line, or `undefined` where nothing is asked for. Throws `UsageError`. */
export async function policyOf(
  values: PolicyValues,
  waivers: readonly Waiver[],
  known: () => Promise<readonly KnownRequirement[]>,
): Promise<Policy | undefined> {
  const { only, skip, 'fail-on': level, baseline } = values;
  if ([only, skip, level, baseline].every((value) => value === undefined) && waivers.length === 0)
    return undefined;
  const requirements = await known();
  return {
    today: new Date().toISOString().slice(0, 10),
    waivers,
    ...(only && { only: new Set(requirementIds(only, requirements)) }),
    ...(skip && { skip: new Set(requirementIds(skip, requirements)) }),
    ...(level !== undefined && { failOn: failOnLevel(level) }),
    ...(baseline !== undefined && (await readOld(baseline))),
  };
}

async function readOld(file: string) {
  const { readBaseline } = await import('../../report/baseline.ts');
  try {
    return await readBaseline(file);
  } catch (error) {
    throw error instanceof ReportError ? new UsageError(error.message) : error;
  }
}

/** Ids of requirements by id or former name. */
function requirementIds(words: readonly string[], known: readonly KnownRequirement[]): readonly string[] {
  const names = known.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  return (optionList(words) ?? []).flatMap((word) => {
    const named = findRequirements(known, word);
    if (named.length > 0) return named.map(({ id }) => id);
    throw new UsageError(
      `No requirement is called ${quoteWord(word)}.${didYouMean(word, names)} "explain --list" prints them all.`,
    );
  });
}

function failOnLevel(word: string): FailOnLevel {
  return chooseOne('level', word.toLowerCase(), FAIL_ON_LEVELS);
}
