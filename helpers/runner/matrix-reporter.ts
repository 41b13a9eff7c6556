import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { type Status, worst } from '../requirements/outcome.ts';
import { assembleMatrix, type TimedJudgement } from './assemble-matrix.ts';
import { isExplained } from './judge.ts';
import { readPlan } from './matrix/plan.ts';

/** What the command line is told while the specs of a matrix run, and at the end. */
export type MatrixMessage =
  | { readonly type: 'planned'; readonly engine: string; readonly tests: number }
  | { readonly type: 'judged'; readonly engine: string; readonly step: string; readonly status: Status }
  | { readonly type: 'end'; readonly report: string };

/** The source of truth of a matrix: one report for each engine, merged into `report/matrix.json`. */
export default class MatrixReporter implements Reporter {
  readonly #judged: TimedJudgement[] = [];

  onInit(): void {
    // Without the command line there is nobody to report to, and no engine any more.
    process.once('disconnect', () => process.exit(2));
  }

  onTestModuleCollected(module: TestModule): void {
    const tests = [...module.children.allTests()].length;
    send({ type: 'planned', engine: module.project.name, tests });
  }

  onTestCaseResult(test: TestCase): void {
    const { judged = [] } = test.meta();
    const durationMs = test.diagnostic()?.duration ?? 0;
    this.#judged.push(...judged.map((one) => ({ ...one, durationMs })));
    send({
      type: 'judged',
      engine: test.project.name,
      step: judged[0]?.step ?? '',
      status: worst(judged.flatMap(({ outcomes }) => outcomes.map(({ status }) => status))),
    });
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string }[],
  ): Promise<void> {
    const plan = readPlan();
    const report = await assembleMatrix(plan, this.#judged, errorsOf(modules), unhandled);
    const { writeOutputs } = await import('../report/write.ts');
    await writeOutputs(report, plan.output);
    send({ type: 'end', report: `${plan.output}/matrix.json` });
    // Listening on the channel would keep this process up until vitest loses patience, ten seconds later.
    process.channel?.unref();
  }
}

function errorsOf(modules: readonly TestModule[]): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, readonly string[]>();
  for (const module of modules) {
    const { name } = module.project;
    const unexplained = [...module.children.allTests('failed')]
      .filter((test) => !isExplained(test.meta().judged?.flatMap(({ outcomes }) => outcomes)))
      .map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
    const own = module.errors().map(({ message }) => message);
    errors.set(name, [...(errors.get(name) ?? []), ...own, ...unexplained]);
  }
  return errors;
}

function send(message: MatrixMessage): void {
  process.send?.(message);
}
