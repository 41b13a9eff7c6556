import type { Json } from '../../common/json.ts';
import { defineRequirements, type Requirement, type Source, type SubjectKind } from '../define.ts';
import type { Violation } from '../outcome.ts';

/** A claim about one step. Its level is always `promise`: the documented procedure's own, whoever the engine is. */
export type Claim<Subject> = Omit<Requirement<Subject>, 'level' | 'subject'>;

/** Declares the claims of one step. */
export function defineStep<Subject>(subject: SubjectKind) {
  return <const Id extends string>(claims: readonly (Claim<Subject> & { readonly id: Id })[]) =>
    defineRequirements<Subject, Id>(claims.map((claim) => ({ ...claim, level: 'expectation', subject })));
}

/** Cites the documented procedure: the heading of its section, and the line as it is written there. */
export function promise(section: string, quote: string): Source {
  return { document: 'documented-flow', section, quote };
}

/** One breach in a step; `from` says how the actual value was obtained. */
export function breach(
  step: string,
  expected: Json,
  actual: Json,
  from: string,
  expectedFrom = '',
): Violation {
  return {
    where: { step },
    expected: { value: expected, from: expectedFrom },
    actual: { value: actual, from },
  };
}

/** Whether two lists hold the same strings in the same order. */
export function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, position) => value === b[position]);
}
