import type { StepName } from '../../engines/answers.ts';
import { defineRequirements, type Level, type Requirement, type Source } from '../define.ts';
import type { Violation } from '../outcome.ts';
import type { FlowEvidence } from './evidence.ts';

/**
 * The files of specs/procedure, in the order of the procedure. `tree` looks closer at what `save` left; `context` and
 * `reproduce` are about a given context, and no part of the documented procedure.
 */
export const PROCEDURE = [
  'compile',
  'builders',
  'context',
  'build',
  'run',
  'save',
  'tree',
  'shell',
  'load',
  'reproduce',
] as const;
export type ProcedureStep = (typeof PROCEDURE)[number];

/** Whose evidence a step judges. */
export type EvidenceStep<Name extends ProcedureStep> = Name extends StepName ? Name : 'save';

/** One step of the documented procedure: what must hold of the evidence that it leaves. Plain data and pure checks. */
export interface Step<Name extends ProcedureStep = ProcedureStep, Id extends string = string> {
  readonly step: Name;
  readonly evidence: EvidenceStep<Name>;
  readonly requirements: readonly (Requirement<FlowEvidence[EvidenceStep<Name>]> & { readonly id: Id })[];
  readonly archivesAlso: readonly ArchiveJudge[];
}

/** Any of them. */
export type AnyStep = { readonly [Name in ProcedureStep]: Step<Name> }[ProcedureStep];

/** Whole lists of requirements that saved archives are judged by: those of any archive, those of the expectation. */
export type ArchiveJudge = 'any-archive' | 'expectation';

/** A requirement as a spec states it: its subject follows from the step. */
type Stated<Evidence, Id> = Omit<Requirement<Evidence>, 'level' | 'subject'> & {
  readonly id: Id;
  /** Default: `expectation`, for the documented procedure states it. */
  readonly level?: Level;
};

/** Declares the requirements of one step. */
export function defineStep<const Name extends ProcedureStep, const Id extends string>(
  step: Name,
  requirements: readonly Stated<FlowEvidence[EvidenceStep<Name>], Id>[],
  { onlyOf }: Pick<Requirement<never>, 'onlyOf'> = {},
): Step<Name, Id> {
  const evidence = (step === 'tree' ? 'save' : step) as EvidenceStep<Name>;
  return {
    step,
    evidence,
    requirements: defineRequirements(
      requirements.map((requirement) => ({
        level: 'expectation',
        ...(onlyOf && { onlyOf }),
        ...requirement,
        subject: evidence,
        check: (subject) => placed(evidence, requirement.check(subject)),
      })),
    ),
    archivesAlso: [],
  };
}

function* placed(step: string, violations: Iterable<Violation>): Iterable<Violation> {
  for (const violation of violations) yield { ...violation, where: { step, ...violation.where } };
}

/** Cites the documented procedure: the heading of its section, and the line as it is written there. */
export function documented(section: string, quote: string): Source {
  return { document: 'documented-flow', section, quote };
}
