import { defineConfig } from 'vitest/config';
import { readPlan } from './plan.ts';

// One project for each engine that runs, side by side; then what only their comparison can show.
const { engines } = readPlan();
const common = {
  pool: 'forks' as const,
  testTimeout: 600_000,
};
const blob = process.env['SCRATCH_BLOB'];

export default defineConfig({
  test: {
    reporters: [
      ...(process.send === undefined ? ['default'] : []),
      ...(blob === undefined ? [] : ([['blob', { outputFile: blob }]] as ['blob', object][])),
      './helpers/runner/matrix-reporter.ts',
    ],
    projects: [
      ...engines.map(({ engine, flowSocket, scenarioSocket }) => ({
        test: {
          ...common,
          name: engine.name,
          // One file, so that each engine has one worker; its evidence is gathered by the process that owns it.
          include: ['specs/engines/each-engine.spec.ts'],
          runner: './helpers/runner/step-runner.ts',
          maxWorkers: Math.max(2, engines.length),
          provide: { engine, flowSocket, scenarioSocket },
        },
      })),
      {
        test: {
          ...common,
          name: 'together',
          include: ['specs/engines/together/*.spec.ts'],
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          provide: { engines },
        },
      },
    ],
  },
});
