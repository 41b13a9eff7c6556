import type { BuilderName, EngineHandle } from '../../engines/engine-model.ts';
import type { GivenImage } from '../../procedure/given-image.ts';
import type { Progress, Task } from '../../report/progress.ts';
import { loadVitest } from '../load-vitest.ts';
import { JudgementReporter, type ProjectResult, type RunListener } from '../reporter.ts';

export interface JudgeEnginesOptions {
  /** Engines judged at a time. Default: all. */
  readonly jobs?: number;
  /** Builders to go through the procedure with. Default: all. */
  readonly builders?: readonly BuilderName[];
  /** What is judged in place of the documented image. */
  readonly image?: GivenImage | undefined;
  /** It is built twice, with this SOURCE_DATE_EPOCH. */
  readonly epoch?: number | undefined;
}

/** Judges engines side by side, each by one worker; then each beside the others. Answers the results by engine. */
export async function judgeEngines(
  engines: readonly EngineHandle[],
  progress: Progress,
  { jobs = engines.length, builders, image, epoch }: JudgeEnginesOptions = {},
): Promise<ReadonlyMap<string, ProjectResult>> {
  if (engines.length === 0) return new Map();
  const reporter = new JudgementReporter(showEngines(progress));
  const { runTests } = await loadVitest();
  const options = {
    ...(builders && { builders }),
    ...(image && { image }),
    ...(epoch !== undefined && { epoch }),
  };
  const procedure = Object.keys(options).length > 0 && { procedure: options };
  await runTests(
    engines.flatMap((engine) => [
      { name: engine.name, engine, ...procedure, file: 'engine-tests.js', order: 0 },
      { name: besideOthers(engine), engine, ...procedure, file: 'together-tests.js', engines, order: 1 },
    ]),
    reporter,
    { jobs },
  );
  return new Map(
    engines.map((engine) => [engine.name, reporter.resultOf(engine.name, besideOthers(engine))]),
  );
}

/** Name of the tests that compare an engine with the others. */
function besideOthers({ name }: EngineHandle): string {
  return `${name}/together`;
}

/** One line of progress for each engine: how many of its tests have ended. */
function showEngines(progress: Progress): RunListener {
  const running = new Map<string, { readonly task: Task; done: number; total: number; failed: number }>();
  return {
    planned(project, tests) {
      const [engine = '', together] = project.split('/');
      const task = progress.start(together === undefined ? 'judge' : 'compare', engine);
      running.set(project, { task, done: 0, total: tests, failed: 0 });
    },
    judged(project, judged) {
      const own = running.get(project);
      if (own === undefined) return;
      own.done += 1;
      const statuses = judged.flatMap(({ outcomes }) => outcomes.map(({ status }) => status));
      if (statuses.includes('fail') || statuses.includes('error')) own.failed += 1;
      own.task.update(own.done, own.total, 'count');
      if (own.done < own.total) return;
      own.task.end(`${own.done} tests${own.failed === 0 ? '' : `, ${own.failed} failed`}`);
    },
  };
}
