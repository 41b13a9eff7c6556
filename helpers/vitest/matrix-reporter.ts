import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { mergeReports } from '../matrix/merge-reports.ts';
import { type MatrixPlan, readPlan, type UnavailableEngine } from '../matrix/plan.ts';
import { type Outcome, type Status, worst } from '../outcome.ts';
import type { Report } from '../report/model.ts';
import { assembleReport } from './assemble-report.ts';
import type { Judged } from './context.ts';

/** What the command line is told while the specs of a matrix run, and at the end. */
export type MatrixMessage =
  | { readonly type: 'planned'; readonly engine: string; readonly tests: number }
  | { readonly type: 'judged'; readonly engine: string; readonly step: string; readonly status: Status }
  | { readonly type: 'end'; readonly report: string };

type Timed = Judged & { readonly durationMs: number };

/** The source of truth of a matrix: one report for each engine, merged into `report/matrix.json`. */
export default class MatrixReporter implements Reporter {
  readonly #judged: Timed[] = [];

  onTestModuleCollected(module: TestModule): void {
    const tests = [...module.children.allTests()].length;
    send({ type: 'planned', engine: module.project.name, tests });
  }

  onTestCaseResult(test: TestCase): void {
    const { judged } = test.meta();
    if (judged !== undefined) this.#judged.push({ ...judged, durationMs: test.diagnostic()?.duration ?? 0 });
    send({
      type: 'judged',
      engine: test.project.name,
      step: judged?.step ?? '',
      status: worst(judged?.outcomes.map(({ status }) => status) ?? []),
    });
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string }[],
  ): Promise<void> {
    const plan = readPlan();
    const report = assembleMatrix(plan, this.#judged, errorsOf(modules), unhandled);
    const { writeOutputs } = await import('../report/write.ts');
    await writeOutputs(report, plan.output);
    send({ type: 'end', report: `${plan.output}/matrix.json` });
  }
}

/** One report of all engines of a plan, from what their tests judged. */
export function assembleMatrix(
  plan: MatrixPlan,
  judged: readonly Timed[],
  errors: ReadonlyMap<string, readonly string[]>,
  unhandled: readonly { readonly message: string }[],
): Report {
  const startedAt = new Date(plan.startedAt);
  const general = unhandled.map(({ message }) => message);
  const reports = plan.engines.map((engine, position) => {
    const own = judged.filter(({ subject }) => subject.engine === engine.name);
    const problems = [...(errors.get(engine.name) ?? []), ...(position === 0 ? general : [])];
    const report = assembleReport(engine, own, startedAt, problems);
    const startMs = plan.startMs[engine.name];
    return {
      ...report,
      engines: report.engines.map((each) => ({ ...each, ...(startMs !== undefined && { startMs }) })),
    };
  });
  return mergeReports([...reports, ...plan.unavailable.map((each) => unavailable(each, startedAt))], {
    command: plan.command,
    startedAt: plan.startedAt,
    durationMs: Date.now() - startedAt.getTime(),
  });
}

function unavailable(engine: UnavailableEngine, startedAt: Date): Report {
  const { name, origin, reason, family, version } = engine;
  const stack = { engine: family === 'docker' ? 'Docker Engine' : family, version };
  const report = assembleReport({ name, origin, stack }, [], startedAt, []);
  return { ...report, engines: [{ name, available: false, reason, origin, stack }] };
}

function errorsOf(modules: readonly TestModule[]): ReadonlyMap<string, readonly string[]> {
  const errors = new Map<string, readonly string[]>();
  for (const module of modules) {
    const { name } = module.project;
    const unexplained = [...module.children.allTests('failed')]
      .filter((test) => !isExplained(test.meta().judged?.outcomes))
      .map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
    const own = module.errors().map(({ message }) => message);
    errors.set(name, [...(errors.get(name) ?? []), ...own, ...unexplained]);
  }
  return errors;
}

/** A failing test is explained when its own outcomes say why. */
function isExplained(outcomes: readonly Outcome[] | undefined): boolean {
  return outcomes !== undefined && ['fail', 'error'].includes(worst(outcomes.map(({ status }) => status)));
}

function send(message: MatrixMessage): void {
  process.send?.(message);
}
