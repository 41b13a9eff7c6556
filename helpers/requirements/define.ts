import type { StepName } from '../engines/answers.ts';
import type { Violation } from './outcome.ts';

/**
 * What backs a requirement. `must`, `should`: a specification uses the word. `consumer`: a mainstream consumer refuses
 * the archive, or reads another image out of it. `practice`: a habit of producers, a limit of portability, a hardening.
 * `expectation`: the caller's own file, or the documented procedure.
 */
export const LEVELS = ['must', 'consumer', 'should', 'practice', 'expectation'] as const;
export type Level = (typeof LEVELS)[number];

export interface Source {
  /** Key of `SPEC_DOCUMENTS`, which holds title, tag and address. */
  readonly document: string;
  /** Anchor or path inside the document. */
  readonly section: string;
  /** Verbatim and short; of an issue or pull request, what it is about, in our own words. */
  readonly quote: string;
}

/** Who is judged: a saved archive, one step of the documented flow, or what a matrix plays and compares beside it. */
export type SubjectKind =
  | 'archive'
  | StepName
  /** A scenario beside the documented flow, on one engine. */
  | 'scenario'
  /** Several engines, compared. */
  | 'together'
  /** An image on its way through a tool. */
  | 'passage';

/** A sentence that can be false, declared once: specs, `check`, reports, self-tests and docs read it from here. */
export interface Requirement<Subject> {
  /** `subject.what`, stable, never reused. */
  readonly id: string;
  /** A sentence that can be false, at most 90 characters. */
  readonly title: string;
  readonly level: Level;
  readonly subject: SubjectKind;
  readonly source: Source;
  /** Ids of older catalogues that mean this requirement, for example `C4`. */
  readonly aliases?: readonly string[];
  /** Who breaks, and what to do, in one or two sentences for someone who was not there. */
  readonly consequence: string;
  /** `true`, or the reason why it does not apply. Default: always. */
  readonly when?: (subject: Subject) => true | string;
  /** It says something about the documented image alone, or about images of given contexts alone. Default: about any. */
  readonly onlyOf?: 'documented-image' | 'given-image';
  /** Says what the reader met below the level of images: it is judged even where the archive was not read to its end. */
  readonly isOfDamage?: true;
  /** Pure: yields every violation. */
  readonly check: (subject: Subject) => Iterable<Violation>;
}

/** Types the declarations and does nothing else. */
export function defineRequirements<Subject, const Id extends string>(
  requirements: readonly (Requirement<Subject> & { readonly id: Id })[],
): readonly (Requirement<Subject> & { readonly id: Id })[] {
  return requirements;
}

/** Types declarations of one kind of subject; the ids are taken from them. */
export function requirementsAbout<Subject>(subject: SubjectKind) {
  return <const Id extends string>(
    requirements: readonly (Omit<Requirement<Subject>, 'subject'> & { readonly id: Id })[],
  ) => defineRequirements<Subject, Id>(requirements.map((requirement) => ({ ...requirement, subject })));
}
