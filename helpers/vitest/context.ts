import type { EngineHandle } from '../engine/model.ts';
import type { MatrixEngine } from '../matrix/plan.ts';
import type { Outcome } from '../outcome.ts';
import type { ArchiveReport, Fact, SubjectReport } from '../report/model.ts';

/** What crosses the border between the main process and the worker: all of it plain data. */

/** What a test found out, as the reporter reads it from the test's `meta`. */
export interface Judged {
  readonly subject: Pick<SubjectReport, 'id' | 'engine' | 'builder' | 'saver'>;
  readonly step: string;
  readonly outcomes: readonly Outcome[];
  readonly facts: readonly Fact[];
  readonly archive?: ArchiveReport;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly engine: EngineHandle;
    /** Every engine of a matrix, for what only their comparison shows. */
    readonly engines: readonly MatrixEngine[];
    /** Socket of the same process for the wider scenarios. */
    readonly scenarioSocket: string;
    /** Socket of the process that owns the engine and gathers the evidence. */
    readonly flowSocket: string;
  }
}

declare module '@vitest/runner' {
  interface TaskMeta {
    judged?: Judged;
  }
}
