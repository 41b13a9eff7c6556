import type { RequirementId } from '../../../requirements/archive/catalogue.ts';
import type { Expectation } from '../../../requirements/expectation/model.ts';
import type { Draft, Form } from '../draft.ts';
import type { ComparisonName } from './compare-archives.ts';

/** One bug of a real tool, reproduced as a generated archive, and what notices it. */
export type Replay = RequirementReplay | ExpectationReplay | ComparisonReplay | FactReplay;

interface Symptom {
  readonly form: Form;
  /** Reproduces the symptom in a correct draft. */
  readonly apply: (draft: Draft) => void;
}

/** The archive itself breaks an invariant. */
export interface RequirementReplay extends Symptom {
  readonly by: 'requirement';
  readonly requirement: RequirementId;
  readonly company?: readonly RequirementId[];
}

/** The archive is well-formed, but not what the Dockerfile says. */
export interface ExpectationReplay extends Symptom {
  readonly by: 'expectation';
  readonly requirement: string;
  readonly expectation: Expectation;
  /** Prepares what both the right and the wrong archive have. */
  readonly given?: (draft: Draft) => void;
}

/** Each of two archives may be right, but not both. `apply` makes the second from the first. */
export interface ComparisonReplay extends Symptom {
  readonly by: 'comparison';
  readonly comparison: ComparisonName;
  readonly given?: (draft: Draft) => void;
}

/** A change that is no fault, and that a consumer must hear of: a fact differs. */
export interface FactReplay extends Symptom {
  readonly by: 'fact';
  readonly fact: string;
  readonly given?: (draft: Draft) => void;
  /** Form of the archive before the change. Default: the same. */
  readonly from?: Form;
}

export interface CorpusRow {
  /** Who, and what was seen. */
  readonly symptom: string;
  /** `caught` by what a command judges; `open` when no command notices it; `unseen` when no archive can show it. */
  readonly state: 'caught' | 'open' | 'unseen';
  readonly replays: readonly Replay[];
  /** Why it is not caught; set exactly when it is not. */
  readonly reason?: string;
}

/** A row that no archive can show. */
export function unseen(symptom: string, reason: string): CorpusRow {
  return { symptom, state: 'unseen', replays: [], reason };
}

/** A row that what a command judges catches. */
export function seen(symptom: string, ...replays: Exclude<Replay, ComparisonReplay>[]): CorpusRow {
  return { symptom, state: 'caught', replays };
}

/** A row that only a comparison of two archives shows, which no command makes as a verdict. */
export function open(symptom: string, ...replays: ComparisonReplay[]): CorpusRow {
  const names = [...new Set(replays.map(({ comparison }) => comparison))].join(', ');
  return {
    symptom,
    state: 'open',
    replays,
    reason: `only the comparison "${names}" of two archives shows it, and no command judges by that`,
  };
}

export function breaks(
  requirement: RequirementId,
  form: Form,
  apply: Symptom['apply'],
  ...company: RequirementId[]
): RequirementReplay {
  return { by: 'requirement', requirement, form, apply, ...(company.length > 0 ? { company } : {}) };
}
