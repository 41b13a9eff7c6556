import type { ReadLimits } from '../../archive/model.ts';
import type { RequirementId } from '../../requirements/archive/archive-requirements.ts';
import type { DraftChange } from './change.ts';
import type { Form } from './draft.ts';
import { render } from './forms.ts';
import { goldenDraft } from './golden.ts';

/** A generated archive with one deliberate defect; everything that follows from the defect is computed anew. */
export interface Mutant {
  /** What is broken, as a statement about the archive. */
  readonly name: string;
  readonly form: Form;
  /** Breaks a fresh, correct draft. */
  readonly apply: DraftChange;
  /** Requirements that this defect cannot but break too, each for a reason that the name or a comment tells. */
  readonly company?: readonly RequirementId[];
  /** Budgets to read it with, where the default would need an archive of gigabytes. */
  readonly limits?: Partial<ReadLimits>;
  /** A form of folders (docker-dir) that somebody packed into a tar. */
  readonly packed?: boolean;
}

export type MutantsOf<Id extends RequirementId> = Readonly<Record<Id, readonly Mutant[]>>;

/** The archive of a mutant. */
export function buildMutant({ form, apply }: Pick<Mutant, 'form' | 'apply'>): Uint8Array {
  const draft = goldenDraft(form);
  apply(draft);
  return render(draft);
}
