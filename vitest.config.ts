import { tmpdir } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ProcedureOrder } from './helpers/runner/procedure-order.ts';

// The main process gathers the evidence, with a temporary folder that goes with its engine; workers keep the machine's.
const env = { TMPDIR: tmpdir() };

export default defineConfig({
  test: {
    reporters: ['default', './helpers/runner/conformance-reporter.ts'],
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
        test: { name: 'self', include: ['specs/self/**/*.spec.ts'], pool: 'threads', env },
      },
      {
        // The documented procedure in literal values, with testcontainers: the first spec to read.
        test: {
          name: 'hello',
          include: ['specs/hello.spec.ts'],
          pool: 'forks',
          globalSetup: ['helpers/runner/engine-setup.ts'],
          testTimeout: 120_000,
          env: { ...env, TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: 'localhost' },
        },
      },
      {
        // The documented procedure on one engine. One worker gathers the evidence once for all files.
        test: {
          name: 'flow',
          include: ['specs/procedure/**/*.spec.ts'],
          pool: 'forks',
          isolate: false,
          fileParallelism: false,
          maxWorkers: 1,
          globalSetup: ['helpers/runner/global-setup.ts'],
          setupFiles: ['helpers/runner/declare-tests.ts'],
          testTimeout: 600_000,
          env: { ...env, TESTCONTAINERS_RYUK_DISABLED: 'true', TESTCONTAINERS_HOST_OVERRIDE: 'localhost' },
        },
      },
      {
        // What goes wrong around engines. Starts and kills real ones, so it needs what they need.
        test: {
          name: 'faults',
          include: ['specs/faults/**/*.spec.ts'],
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
