import type { MatcherResult } from 'vitest';
import { describeOther, isArchive } from '../../archive/is-archive.ts';
import type { Archive } from '../../archive/model.ts';
import { escapeControl } from '../../common/escape.ts';
import { describeRequirement } from '../../report/check-report.ts';
import { outcomeLines } from '../../report/check-text.ts';
import type { Requirement } from '../../requirements/define.ts';
import { type Outcome, UnjudgedError, wasFoundOut } from '../../requirements/outcome.ts';

/** What a matcher answers at once. */
export type MatchResult = Exclude<MatcherResult, Promise<unknown>>;

/** Outcomes of an archive, and what was claimed of it. */
interface Claim {
  readonly archive: Archive;
  /** As in "expected hello.tar to …": `conform`, `hold these layers`. */
  readonly claim: string;
  readonly outcomes: readonly Outcome[];
  readonly requirements: readonly Omit<Requirement<never>, 'check' | 'when'>[];
  /** Whether that outcome refutes the claim. */
  readonly refutes: (outcome: Outcome) => boolean;
}

/** What was given to `expect`; a path is no archive, for matchers read nothing. */
export function archiveGiven(received: unknown, matcher: string): Archive {
  if (isArchive(received)) return received;
  throw new TypeError(
    `${matcher} judges an archive, not ${describeOther(received)}: give it what readArchive or the fixture save returned.`,
  );
}

/** Throws `UnjudgedError` where neither the claim nor its contrary is known: that passes neither way. */
export function resultOf({ archive, claim, outcomes, requirements, refutes }: Claim): MatchResult {
  const source = escapeControl(archive.source);
  const broken = outcomes.filter(refutes);
  if (broken.length === 0) {
    const unjudged = whyUnjudged(outcomes);
    if (unjudged !== undefined)
      throw new UnjudgedError(
        `it cannot be told whether ${source} does ${claim}: ${escapeControl(unjudged)}`,
      );
    return { pass: true, message: () => `expected ${source} not to ${claim}, and it does` };
  }
  const declared = new Map(requirements.map((requirement) => [requirement.id, requirement]));
  return {
    pass: false,
    message: () =>
      [
        `expected ${source} to ${claim}`,
        ...broken.flatMap((outcome) => {
          const requirement = declared.get(outcome.id);
          return outcomeLines(outcome, requirement && describeRequirement(requirement));
        }),
      ].join('\n'),
  };
}

function whyUnjudged(outcomes: readonly Outcome[]): string | undefined {
  const failed = outcomes.find(({ status }) => status === 'error');
  if (failed) return failed.reason ?? failed.id;
  if (outcomes.some(wasFoundOut)) return undefined;
  return outcomes.find(({ reason }) => reason !== undefined)?.reason ?? 'no requirement was evaluated';
}
