import { join } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import type { EngineHandle } from '../engines/model.ts';
import { isExplained } from './judge.ts';
import type { TimedJudged } from './judged.ts';

export interface ConformanceReporterOptions {
  /** Where the report goes. Default: `report` in the root. */
  readonly directory?: string;
}

/** The source of truth of a run: what the specs judged, not what vitest counted. Writes the report; says nothing itself. */
export default class ConformanceReporter implements Reporter {
  readonly judged: TimedJudged[] = [];
  readonly #options: ConformanceReporterOptions;
  #vitest: Vitest | undefined;
  readonly #startedAt = new Date();

  constructor(options: ConformanceReporterOptions = {}) {
    this.#options = options;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestCaseResult(test: TestCase): void {
    const { judged } = test.meta();
    if (judged !== undefined) this.judged.push({ ...judged, durationMs: test.diagnostic()?.duration ?? 0 });
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
      .filter((test) => test.project.name === 'flow' && !isExplained(test.meta().judged?.outcomes))
      .map((test) => `${test.fullName}: ${test.result().errors?.[0]?.message ?? 'failed'}`);
    const errors = [...unhandled.map(({ message }) => message), ...broken, ...unjudged];
    const { assembleReport } = await import('./assemble-report.ts');
    const { writeOutputs } = await import('../report/write.ts');
    const report = assembleReport(engine, this.judged, this.#startedAt, errors);
    await writeOutputs(report, this.#options.directory ?? join(this.#vitest?.config.root ?? '.', 'report'));
  }

  #engine(): EngineHandle | undefined {
    const project = this.#vitest?.projects.find(({ name }) => name === 'flow');
    return (project?.getProvidedContext() as { readonly engine?: EngineHandle } | undefined)?.engine;
  }
}
