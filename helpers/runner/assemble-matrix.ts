import { mergeReports } from '../report/merge-reports.ts';
import type { Report } from '../report/model.ts';
import { assembleReport } from './assemble-report.ts';
import type { Judged } from './judged.ts';
import { compareAcross } from './matrix/across/across-shards.ts';
import type { MatrixPlan, UnavailableEngine } from './matrix/plan.ts';

/** What one test judged, and how long it took. */
export type TimedJudgement = Judged & { readonly durationMs: number };

/** One report of all engines of a plan, from what their tests judged. */
export async function assembleMatrix(
  plan: MatrixPlan,
  judged: readonly TimedJudgement[],
  errors: ReadonlyMap<string, readonly string[]>,
  unhandled: readonly { readonly message: string }[],
): Promise<Report> {
  const startedAt = new Date(plan.startedAt);
  const compared = await compareAcross(
    judged,
    plan.engines.map(({ engine }) => engine),
  );
  const names = new Set(plan.engines.map(({ engine }) => engine.name));
  // What no engine is to blame for still makes the run worth nothing.
  const general = [
    ...unhandled.map(({ message }) => message),
    ...[...errors].flatMap(([project, problems]) => (names.has(project) ? [] : problems)),
  ];
  const reports = plan.engines.map(({ engine }, position) => {
    const own = compared.filter(({ subject }) => subject.engine === engine.name);
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
