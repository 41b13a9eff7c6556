import type { Report } from '../report/report-model.ts';

/** What a report says about one of its engines, as a report; `undefined` when it has nothing about it. */
export function narrowReport(report: Report, engine: string): Report | undefined {
  const engines = report.engines.filter(({ name }) => name === engine);
  const subjects = report.subjects.filter((subject) => subject.engine === engine);
  if (engines.length === 0 && subjects.length === 0) return undefined;
  const ids = new Set(subjects.map(({ id }) => id));
  const archives = new Set(subjects.flatMap(({ archive }) => archive ?? []));
  const named = new Set(subjects.flatMap(({ outcomes }) => outcomes.map(({ id }) => id)));
  return {
    ...report,
    engines,
    subjects,
    requirements: report.requirements.filter(({ id }) => named.has(id)),
    observations: report.observations.filter(({ subject }) => ids.has(subject)),
    archives: report.archives.filter(({ id }) => archives.has(id)),
  };
}
