import { defineConfig } from 'vitest/config';
import { readPlan } from './helpers/matrix/plan.ts';

// One project for each engine that runs, side by side; then what only their comparison can show.
const { engines, builders } = readPlan();
const env = { TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: 'localhost' };
const common = { pool: 'forks' as const, maxWorkers: Math.max(2, engines.length), testTimeout: 600_000, env };

export default defineConfig({
  test: {
    reporters: [
      ...(process.send === undefined ? ['default'] : []),
      ...(process.env['SCRATCH_BLOB']
        ? [['blob', { outputFile: process.env['SCRATCH_BLOB'] }] as ['blob', object]]
        : []),
      './helpers/vitest/matrix-reporter.ts',
    ],
    projects: [
      ...engines.map((engine) => ({
        test: {
          ...common,
          name: engine.name,
          // One file, so that one worker gathers the evidence of its engine once.
          include: ['specs/across-engines/each-engine.spec.ts'],
          setupFiles: ['helpers/vitest/setup-worker.ts'],
          provide: { engine, builders },
        },
      })),
      {
        test: {
          ...common,
          name: 'together',
          include: ['specs/across-engines/together/*.spec.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          provide: { engines },
        },
      },
    ],
  },
});
