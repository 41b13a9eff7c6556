import { mergeReports } from '../report/merge-reports.ts';
import type { Report } from '../report/model.ts';
import { assembleReport } from './assemble-report.ts';
import { compareAcross } from './matrix/across/across-shards.ts';
import type { MatrixPlan, UnavailableEngine } from './matrix/plan.ts';
import type { ProjectResult } from './reporter.ts';

/** One report of all engines of a plan, from what the tests of each found out. */
export async function assembleMatrix(
  plan: MatrixPlan,
  results: ReadonlyMap<string, ProjectResult>,
): Promise<Report> {
  const startedAt = new Date(plan.startedAt);
  const judged = [...results.values()].flatMap((result) => result.judged);
  const compared = await compareAcross(judged, plan.engines);
  const reports = plan.engines.map((engine) => {
    const own = compared.filter(({ subject }) => subject.engine === engine.name);
    const report = assembleReport(engine, own, startedAt, results.get(engine.name)?.errors ?? []);
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
