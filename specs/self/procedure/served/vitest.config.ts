import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { EngineHandle } from '../../../../helpers/engines/model.ts';
import { ProcedureOrder } from '../../../../helpers/runner/procedure-order.ts';

// The specs of the flow on evidence that another process serves; see ../procedure.spec.ts.
const engine = JSON.parse(process.env['SERVED_ENGINE'] ?? '{}') as EngineHandle;

export default defineConfig({
  test: {
    name: 'flow',
    root: join(import.meta.dirname, '../../../..'),
    include: ['specs/procedure/**/*.spec.ts'],
    isolate: false,
    fileParallelism: false,
    setupFiles: ['helpers/runner/declare-tests.ts'],
    reporters: [['./helpers/runner/conformance-reporter.ts', { directory: engine.workDir }]],
    provide: { engine, flowSocket: process.env['SERVED_FLOW'] ?? '' },
    sequence: { sequencer: ProcedureOrder },
  },
});
