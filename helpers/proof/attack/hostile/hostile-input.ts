import type { AttackBudget } from '../attack-model.ts';

/** An input that costs far more than its size, built anew wherever it is needed. */
export interface HostileInput {
  readonly id: string;
  readonly title: string;
  /** How `check` ends, and what its answer must name. */
  readonly exitCodes: readonly number[];
  readonly says: string;
  /** What it may cost; default: as any other. */
  readonly budget?: Partial<AttackBudget>;
  /** Writes it into a folder, and returns the arguments of `check`; names are relative to the folder. */
  readonly write: (folder: string) => readonly string[];
}
