import type { Archive } from '../archive/model.ts';
import type { Level, Requirement } from './define.ts';
import { explainViolation } from './explain.ts';
import { type Finding, type Outcome, type Status, UnjudgedError } from './outcome.ts';
import { type PresentOptions, presentable } from './presentable.ts';

/** Judging: requirements and a subject in, outcomes out. Nothing is read and nothing is printed here. */

/** What a violation means, by level. A `should` and the habits of one producer generation do not make an image wrong. */
const STATUS_OF_VIOLATION: Readonly<Record<Level, Status>> = {
  must: 'fail',
  consumer: 'fail',
  expectation: 'fail',
  should: 'warn',
  practice: 'warn',
};

/** Findings kept of one requirement; the rest is counted. */
export const MAX_FINDINGS = 100;
/** Violations counted before the check is stopped: a hostile archive can break one rule a million times. */
const MAX_COUNTED = 1_000_000;

/** Judges one subject by one requirement. Never throws: a check that does is an `error`, and ours. */
export function evaluate<Subject>(
  requirement: Requirement<Subject>,
  subject: Subject,
  options: PresentOptions = {},
): Outcome {
  const { id } = requirement;
  try {
    const applies = requirement.when?.(subject) ?? true;
    if (applies !== true) return { id, status: 'not-applicable', reason: applies, findings: [] };
    return judge(requirement, subject, options);
  } catch (error) {
    return {
      id,
      status: 'error',
      reason:
        error instanceof UnjudgedError ? error.message : `Suite bug: ${id} could not judge: ${String(error)}`,
      findings: [],
    };
  }
}

function judge<Subject>(
  requirement: Requirement<Subject>,
  subject: Subject,
  options: PresentOptions,
): Outcome {
  const { id, level } = requirement;
  const findings: Finding[] = [];
  let violations = 0;
  for (const violation of requirement.check(subject)) {
    violations++;
    if (violations <= MAX_FINDINGS) {
      const told = presentable(violation, options);
      findings.push({ ...told, message: explainViolation(requirement, told) });
    }
    if (violations >= MAX_COUNTED) break;
  }
  const omitted = violations - findings.length;
  return {
    id,
    status: violations > 0 ? STATUS_OF_VIOLATION[level] : 'pass',
    findings,
    ...(omitted > 0 && { omitted }),
  };
}

/** What the archive holds is not known to the end: nothing that follows from it is claimed. */
export function unjudged({ id }: Pick<Requirement<never>, 'id'>, incomplete: string): Outcome {
  return {
    id,
    status: 'unsupported',
    reason: `not judged: the archive was not read to its end, because ${incomplete}`,
    findings: [],
  };
}

export interface CheckOptions extends PresentOptions {
  /** Judge only these levels. Default: all. */
  readonly levels?: readonly Level[];
  /** Judge only these ids. Default: all. */
  readonly only?: readonly string[];
}

/** The requirements that the options leave, in the order of the catalogue. */
export function selectRequirements<Subject>(
  requirements: readonly Requirement<Subject>[],
  { levels, only }: CheckOptions = {},
): readonly Requirement<Subject>[] {
  return requirements.filter(
    ({ id, level }) =>
      (levels === undefined || levels.includes(level)) && (only === undefined || only.includes(id)),
  );
}

/**
 * Judges an archive by every selected requirement: one outcome each, in the order of the catalogue. Of an archive that
 * was not read to its end only the damage is judged: one cause, one failure.
 */
export function checkArchive(
  archive: Archive,
  requirements: readonly Requirement<Archive>[],
  options: CheckOptions = {},
): readonly Outcome[] {
  const { incomplete } = archive;
  return selectRequirements(requirements, options).map((requirement) =>
    incomplete === undefined || requirement.isOfDamage
      ? evaluate(requirement, archive, options)
      : unjudged(requirement, incomplete),
  );
}
