import type { EngineHandle } from '../engines/model.ts';
import type { Judged } from './judged.ts';
import type { MatrixEngine } from './matrix/plan.ts';

/** What crosses the border between the main process and the worker: all of it plain data. */

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
