import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { projectFolder } from './helpers/common/project-files.ts';
import { ProcedureOrder } from './helpers/runner/procedure-order.ts';

// The main process of a run with an engine has a temporary folder that goes with it; workers begin with the machine's.
const env = { TMPDIR: tmpdir() };

/** Specs import the package as its users do, from its sources. */
const alias = { 'scratch-conformance/vitest': join(projectFolder('helpers'), 'runner/vitest-entry.ts') };

export default defineConfig({
  test: {
    reporters: ['default', './helpers/runner/file-reporter.ts'],
    sequence: { sequencer: ProcedureOrder },
    projects: [
      {
        // The report page in Debian's Chromium; skipped with the reason where there is none.
        test: {
          name: 'browser',
          include: ['specs/browser/**/*.spec.ts'],
          env,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Needs no engine: the helpers, the catalogue and its mutants.
        // No verdict depends on the load: the limit only ends what hangs.
        resolve: { alias },
        test: {
          name: 'self',
          include: ['specs/self/**/*.spec.ts'],
          pool: 'threads',
          // No spec leaves anything behind in its process: what a file has imported serves the next one too.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          env,
        },
      },
      {
        // Hostile input for the built command, each in processes under limits: the short form of `npm run attack`.
        test: {
          name: 'attack',
          include: ['specs/attack/**/*.spec.ts'],
          env,
          testTimeout: 180_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The packed file, installed by npm into an empty folder.
        test: {
          name: 'package',
          include: ['specs/package/**/*.spec.ts'],
          env,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
      {
        resolve: { alias },
        // The documented procedure on one engine: in literal values, then step by step. One worker talks to the engine.
        test: {
          name: 'procedure',
          include: ['specs/hello.spec.ts', 'specs/procedure/**/*.spec.ts'],
          // What `conformance --context` and `--reproduce` ask for: without them these have no tests.
          exclude: ['specs/procedure/context.spec.ts', 'specs/procedure/reproduce.spec.ts'],
          pool: 'forks',
          isolate: false,
          fileParallelism: false,
          maxWorkers: 1,
          globalSetup: ['helpers/runner/engine-setup.ts'],
          runner: './helpers/runner/step-runner.ts',
          testTimeout: 600_000,
          env: { ...env, TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: 'localhost' },
        },
      },
      {
        // A sample of the measured receptions, held against the consumers themselves.
        test: {
          name: 'consumers',
          include: ['specs/consumers/**/*.spec.ts'],
          env,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 300_000,
        },
      },
      {
        // What goes wrong around engines. Starts and kills real ones, so it needs what they need.
        test: {
          name: 'faults',
          include: ['specs/faults/**/*.spec.ts'],
          globalSetup: ['helpers/runner/programs-setup.ts'],
          env,
          pool: 'forks',
          maxWorkers: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
