import { mergeReports } from '../report/merge-reports.ts';
import type { Report } from '../report/report-model.ts';
import { assembleReport } from './assemble-report.ts';
import { compareAcross } from './matrix/across/across-shards.ts';
import type { MatrixPlan, UnavailableEngine } from './matrix/plan.ts';
import type { ProjectResult } from './reporter.ts';

/** Something that was to be judged and was not, with the reason in one sentence. */
export type MissingPart = NonNullable<Report['unreadable']>[number];

/** One report of all engines of a plan, from what the tests of each found out. */
export async function assembleMatrix(
  plan: MatrixPlan,
  results: ReadonlyMap<string, ProjectResult>,
  missing: readonly MissingPart[] = [],
): Promise<Report> {
  const startedAt = new Date(plan.startedAt);
  const judged = [...results.values()].flatMap((result) => result.judged);
  const compared = await compareAcross(judged, plan.engines);
  const reports = plan.engines.map((engine) => {
    const own = compared.filter(({ subject }) => subject.engine === engine.name);
    const report = assembleReport(engine, own, startedAt, results.get(engine.name)?.errors ?? [], {
      image: plan.image,
    });
    const startMs = plan.startMs[engine.name];
    return {
      ...report,
      engines: report.engines.map((each) => ({ ...each, ...(startMs !== undefined && { startMs }) })),
    };
  });
  const merged = mergeReports(
    [...reports, ...plan.unavailable.map((each) => unavailable(each, plan, startedAt))],
    {
      command: plan.command,
      startedAt: plan.startedAt,
      durationMs: Date.now() - startedAt.getTime(),
    },
  );
  return withMissing(merged, [...whatIsMissing(plan), ...missing]);
}

/** Engines that were to be judged and were not, each with the reason. */
function whatIsMissing({ engines, unavailable: absent, planned, required }: MatrixPlan) {
  const judged = new Set(engines.map(({ name }) => name));
  return [...new Set([...required, ...planned])].flatMap((name) => {
    if (judged.has(name)) return [];
    const { reason, gaveNoAnswer } = absent.find((each) => each.name === name) ?? {};
    if (reason !== undefined && !gaveNoAnswer && !required.includes(name)) return [];
    return [{ subject: name, reason: `The engine ${name} was not judged: ${reason ?? 'no part has it.'}` }];
  });
}

function withMissing(report: Report, missing: readonly MissingPart[]): Report {
  if (missing.length === 0) return report;
  return {
    ...report,
    verdict: report.verdict === 'does-not-conform' ? report.verdict : 'could-not-judge',
    unreadable: [...(report.unreadable ?? []), ...missing],
  };
}

function unavailable(engine: UnavailableEngine, { image }: MatrixPlan, startedAt: Date): Report {
  const { name, origin, reason, family, version } = engine;
  const stack = { engine: family === 'docker' ? 'Docker Engine' : family, version };
  const { unreadable: _, ...report } = assembleReport({ name, origin, stack }, [], startedAt, [], { image });
  return { ...report, engines: [{ name, available: false, reason, origin, stack }] };
}
