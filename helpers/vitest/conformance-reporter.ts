import { basename, join } from 'node:path';
import type { Reporter, TestCase, TestModule, TestSpecification, Vitest } from 'vitest/node';
import type { EngineHandle } from '../engine/model.ts';
import { type Outcome, worst } from '../outcome.ts';
import type { Report } from '../report/model.ts';
import type { Judged } from './context.ts';
import { stepRank } from './procedure-order.ts';

/** What the command line is told while the specs run, and at the end. */
export type Message =
  | {
      readonly type: 'step';
      readonly step: string;
      readonly outcomes: readonly Outcome[];
      /** The step that is waited for now. */
      readonly next?: string;
    }
  | { readonly type: 'end'; readonly report: Report };

/**
 * The source of truth of a run: what the specs judged, not what vitest counted. Hands the report
 * to the command line, or writes it when there is none; says nothing itself.
 */
export default class ConformanceReporter implements Reporter {
  readonly judged: (Judged & { readonly durationMs: number })[] = [];
  #vitest: Vitest | undefined;
  readonly #startedAt = new Date();
  #steps: readonly string[] = [];

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#steps = specifications
      .map(({ moduleId }) => moduleId)
      .toSorted((a, b) => stepRank(a) - stepRank(b))
      .map(stepOf);
  }

  onTestCaseResult(test: TestCase): void {
    const { judged } = test.meta();
    if (judged !== undefined) this.judged.push({ ...judged, durationMs: test.diagnostic()?.duration ?? 0 });
  }

  onTestModuleEnd(module: TestModule): void {
    const judged = [...module.children.allTests()].flatMap((test) => test.meta().judged ?? []);
    const step = stepOf(module.moduleId);
    const next = this.#steps[this.#steps.indexOf(step) + 1];
    const outcomes = judged.flatMap((one) => one.outcomes);
    send({ type: 'step', step, outcomes, ...(next !== undefined && { next }) });
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string }[],
  ): Promise<void> {
    const engine = this.#engine();
    if (engine === undefined || this.judged.length === 0) return;
    const broken = modules.flatMap((module) => module.errors().map(({ message }) => message));
    const unjudged = modules
      .flatMap((module) => [...module.children.allTests('failed')])
      .filter((test) => test.project.name === 'flow' && !isExplained(test.meta().judged))
      .map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
    const errors = [...unhandled.map(({ message }) => message), ...broken, ...unjudged];
    const { assembleReport } = await import('./assemble-report.ts');
    const report = assembleReport(engine, this.judged, this.#startedAt, errors);
    if (hasParent()) return send({ type: 'end', report });
    const { writeOutputs } = await import('../report/write.ts');
    await writeOutputs(report, join(this.#vitest?.config.root ?? '.', 'report'));
  }

  #engine(): EngineHandle | undefined {
    const project = this.#vitest?.projects.find(({ name }) => name === 'flow');
    return (project?.getProvidedContext() as { readonly engine?: EngineHandle } | undefined)?.engine;
  }
}

/** A failing test is explained when its own outcomes say why. */
function isExplained(judged: Judged | undefined): boolean {
  return (
    judged !== undefined && ['fail', 'error'].includes(worst(judged.outcomes.map(({ status }) => status)))
  );
}

/** `build` for `specs/flow/build.spec.ts`. */
function stepOf(file: string): string {
  return basename(file, '.spec.ts');
}

function send(message: Message): void {
  if (hasParent()) process.send?.(message);
}

/** The command line, which then shows and writes the result. */
function hasParent(): boolean {
  return process.env['SCRATCH_ENGINE_FROM_PARENT'] !== undefined;
}
