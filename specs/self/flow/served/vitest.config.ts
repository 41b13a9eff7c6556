import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import type { EngineHandle } from '../../../../helpers/engine/model.ts';
import { ProcedureOrder } from '../../../../helpers/vitest/procedure-order.ts';

// The specs of the flow on evidence that another process serves; see ../procedure.spec.ts.
const engine = JSON.parse(process.env['SERVED_ENGINE'] ?? '{}') as EngineHandle;

export default defineConfig({
  test: {
    name: 'flow',
    root: join(import.meta.dirname, '../../../..'),
    include: ['specs/flow/**/*.spec.ts'],
    isolate: false,
    fileParallelism: false,
    setupFiles: ['helpers/vitest/declare-tests.ts'],
    reporters: [['./helpers/vitest/conformance-reporter.ts', { directory: engine.workDir }]],
    provide: { engine, flowSocket: process.env['SERVED_FLOW'] ?? '' },
    sequence: { sequencer: ProcedureOrder },
  },
});
