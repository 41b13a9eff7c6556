import { createVitest } from 'vitest/node';
import { projectFolder } from '../common/project-files.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import { limitMs, RUN_LIMIT } from '../engines/time-limits.ts';
import type { FlowOptions } from '../procedure/flow.ts';
import './context.ts';
import { createWorkers, type WaitingWorker } from './engine-worker.ts';
import type { JudgementReporter } from './reporter.ts';

/** The side of the parent: vitest, in this process, with one worker for each engine. */

/** The tests of one engine, which run in a worker of their own. */
export interface EngineTests {
  /** Name of vitest's project. */
  readonly name: string;
  readonly engine: EngineHandle;
  readonly procedure?: FlowOptions;
  /** All engines of the run, for tests that look at what the others left. */
  readonly engines?: readonly EngineHandle[];
  /** Tests of a higher order begin when those of a lower one have ended. */
  readonly order?: number;
  /** File of the bundle, such as `procedure-tests.js`. */
  readonly file: string;
}

/** A test waits for its evidence, which has the limit of the run; here for the time to read and judge it too. */
const JUDGING_MS = 600_000;

export interface RunOptions {
  /** Engines at a time. Default: all. */
  readonly jobs?: number;
  /** Workers that were started before. */
  readonly waiting?: readonly WaitingWorker[];
}

/** Runs the tests of all engines, `jobs` at a time. The reporter gets their results. */
export async function runTests(
  tests: readonly EngineTests[],
  reporter: JudgementReporter,
  { jobs = Math.max(2, tests.length), waiting = [] }: RunOptions = {},
): Promise<void> {
  const createPoolWorker = createWorkers(waiting);
  const bundle = projectFolder('.build');
  const vitest = await createVitest(
    'test',
    {
      config: false,
      root: bundle,
      watch: false,
      reporters: [reporter],
      projects: tests.map(({ name, engine, procedure, engines, file, order = 0 }) => ({
        test: {
          name,
          include: [file],
          pool: { name: 'engine', createPoolWorker },
          isolate: false,
          maxWorkers: jobs,
          testTimeout: limitMs(RUN_LIMIT) + JUDGING_MS,
          sequence: { groupOrder: order },
          provide: { engine, ...(procedure && { procedure }), ...(engines && { engines }) },
          // The bundle is plain JavaScript: nothing has to be transformed.
          experimental: { viteModuleRunner: false, nodeLoader: false },
        },
      })),
    },
    { envDir: false, server: { watch: null } },
  );
  try {
    await vitest.start();
  } finally {
    await vitest.close();
  }
}
