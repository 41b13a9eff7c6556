import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';
import ConformanceReporter from './conformance-reporter.ts';
import { ProcedureOrder } from './procedure-order.ts';

/**
 * The project `flow` of vitest.config.ts for the command line, which bundles this file and the helpers of the specs
 * afresh: nothing but the spec files is left for vitest to transform, so the run starts in half the time.
 */
const bundle = dirname(fileURLToPath(import.meta.url));
const root = join(bundle, '../..');

const config: ViteUserConfig = {
  root,
  resolve: {
    alias: [{ find: /^.*\/helpers\/vitest\/([a-z-]+)\.ts$/, replacement: join(bundle, '$1.js') }],
  },
  test: {
    name: 'flow',
    root,
    include: ['specs/flow/**/*.spec.ts'],
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    globalSetup: [join(bundle, 'global-setup.js')],
    testTimeout: 600_000,
    reporters: [new ConformanceReporter()],
    sequence: { sequencer: ProcedureOrder },
    server: { deps: { external: [/\/\.build\/flow\//] } },
    watch: false,
  },
};

export default config;
