import { join } from 'node:path';
import type { TestModule, Vitest } from 'vitest/node';
import type { EngineHandle } from '../engines/engine-model.ts';
import { JudgementReporter } from './reporter.ts';

/** For `npm test`: writes the report of the procedure, beside whatever vitest's own reporter shows. */
export default class FileReporter extends JudgementReporter {
  readonly #startedAt = new Date();
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  override async onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly { readonly message: string }[],
  ): Promise<void> {
    super.onTestRunEnd(modules, unhandled);
    const { judged, errors } = this.resultOf('procedure');
    const project = this.#vitest?.projects.find(({ name }) => name === 'procedure');
    const engine = (project?.getProvidedContext() as { readonly engine?: EngineHandle } | undefined)?.engine;
    if (engine === undefined || judged.length === 0) return;
    // Loaded only for a run with an engine: the self-tests start without them.
    const { assembleReport } = await import('./assemble-report.ts');
    const { writeOutputs } = await import('../report/write.ts');
    const report = assembleReport(engine, judged, this.#startedAt, errors);
    await writeOutputs(report, join(this.#vitest?.config.root ?? '.', 'report'));
  }
}
