import { measuredEffects } from '../consumers/measured.ts';
import type { Report } from './report-model.ts';

const NOTICED: ReadonlySet<string> = new Set(['fail', 'warn', 'known']);

/** Adds to the consequence of each requirement that somebody must look at what real consumers were seen to do. */
export async function tellMeasured(report: Report): Promise<Report> {
  const outcomes = report.subjects.flatMap((subject) => subject.outcomes);
  const ids = new Set(outcomes.flatMap(({ id, status }) => (NOTICED.has(status) ? id : [])));
  if (ids.size === 0) return report;
  const measured = await measuredEffects(ids);
  const requirements = report.requirements.map((requirement) => {
    const sentence = measured.get(requirement.id);
    if (sentence === undefined) return requirement;
    return { ...requirement, consequence: `${requirement.consequence} Measured: ${sentence}.` };
  });
  return { ...report, requirements };
}
