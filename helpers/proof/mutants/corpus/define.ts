import type { Area } from '../../../gate/diff/diff-model.ts';
import type { RequirementId } from '../../../requirements/archive/archive-requirements.ts';
import type { Expectation } from '../../../requirements/expectation/expectation-model.ts';
import type { DraftChange } from '../change.ts';
import type { Form } from '../draft.ts';

/** One bug of a real tool, reproduced as a generated archive, and what notices it. */
export type Replay = RequirementReplay | ExpectationReplay | DiffReplay | ObservationReplay;

interface Symptom {
  readonly form: Form;
  /** Reproduces the symptom in a correct draft. */
  readonly apply: DraftChange;
}

/** The archive itself breaks a requirement. */
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
  readonly given?: DraftChange;
}

/** Each of two archives may be right, but not both: the command `diff` tells. `apply` makes the second from the first. */
export interface DiffReplay extends Symptom {
  readonly by: 'diff';
  /** The heaviest area that differs. */
  readonly area: Area;
  readonly given?: DraftChange;
}

/** A change that is no fault, and that a consumer must hear of: an observation differs. */
export interface ObservationReplay extends Symptom {
  readonly by: 'observation';
  readonly observation: string;
  readonly given?: DraftChange;
  /** Form of the archive before the change. Default: the same. */
  readonly from?: Form;
}

export interface CorpusRow {
  /** Who, and what was seen. */
  readonly symptom: string;
  readonly replays: readonly Replay[];
  /** Why no archive can show it; set exactly when there are no replays. */
  readonly reason?: string;
}

/** A row that no archive can show. */
export function unseen(symptom: string, reason: string): CorpusRow {
  return { symptom, replays: [], reason };
}

export function seen(symptom: string, ...replays: Replay[]): CorpusRow {
  return { symptom, replays };
}

export function breaks(
  requirement: RequirementId,
  form: Form,
  apply: Symptom['apply'],
  ...company: RequirementId[]
): RequirementReplay {
  return { by: 'requirement', requirement, form, apply, ...(company.length > 0 ? { company } : {}) };
}
