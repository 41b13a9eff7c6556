import { createVitest, ForksPoolWorker, type PoolOptions } from 'vitest/node';
import { once } from '../common/once.ts';
import { projectFolder } from '../common/project-files.ts';
import type { EngineHandle } from '../engines/model.ts';
import { stopFirstAtEnd } from '../engines/start/stop-at-end.ts';
import { limitMs, RUN_LIMIT } from '../engines/time-limits.ts';
import type { FlowOptions } from '../procedure/flow.ts';
import './context.ts';
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

/**
 * The first thing that a worker does: it ends by a signal as soon as the main process is gone, whatever it is doing then.
 * vitest leaves one running that had not begun.
 */
const ENDS_WITH_PARENT =
  "--import=data:text/javascript,process.once('disconnect',()=>process.kill(process.pid,'SIGTERM'))";

/** A test waits for its evidence, which has the limit of the run; here for the time to read and judge it too. */
const JUDGING_MS = 600_000;

/** Runs the tests of all engines, `jobs` at a time. What they find out is told to the reporter. */
export async function runTests(
  tests: readonly EngineTests[],
  reporter: JudgementReporter,
  jobs = Math.max(2, tests.length),
): Promise<void> {
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
          pool: { name: 'forks', createPoolWorker: (options: PoolOptions) => new EngineWorker(options) },
          execArgv: [ENDS_WITH_PARENT],
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

/** A worker that ends before its engine does: nothing may be writing into the folder of an engine that goes. */
class EngineWorker extends ForksPoolWorker {
  #forget = () => {};
  readonly #stop = once(() => super.stop());

  override async start(): Promise<void> {
    this.#forget = stopFirstAtEnd(this.#stop);
    await super.start();
  }

  override async stop(): Promise<void> {
    await this.#stop();
    this.#forget();
  }
}
