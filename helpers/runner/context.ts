import type { EngineHandle } from '../engines/engine-model.ts';
import type { FlowOptions } from '../procedure/flow.ts';
import type { Judged } from './judged.ts';

/** What crosses the border between the main process and a worker: all of it plain data. */

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that was resolved for the worker. */
    readonly engine: EngineHandle;
    /** How the worker goes through the procedure. */
    readonly procedure?: FlowOptions;
    /** Every engine of a matrix, for what only their comparison shows. */
    readonly engines: readonly EngineHandle[];
  }
}

declare module '@vitest/runner' {
  interface TaskMeta {
    /** What the test found out, one for each subject. */
    judged?: readonly Judged[];
  }
}
