import type { EngineReport, Report, SubjectReport } from '../report/report-model.ts';

/** The same thing judged on both sides, or on one of them. */
export interface Pair {
  /** Builder, saver or step, without the engine's name where each side has one engine: `buildx/docker-save`. */
  readonly key: string;
  readonly baseline?: SubjectReport;
  readonly candidate?: SubjectReport;
}

/** One side of a comparison: a report, and what people call it. */
export interface Side {
  readonly name: string;
  readonly report: Report;
}

/** The engines of a side that have something to show. */
export function enginesOf({ report }: Side): readonly EngineReport[] {
  const names = engineNames(report);
  return report.engines.filter(({ name }) => names.includes(name));
}

/** Pairs the subjects of two sides by builder, saver and step, in the order of the baseline. */
export function pairSubjects(baseline: Side, candidate: Side): readonly Pair[] {
  const nameless = [baseline, candidate].every(({ report }) => engineNames(report).length <= 1);
  const before = byKey(baseline, nameless);
  const after = byKey(candidate, nameless);
  return [...new Set([...before.keys(), ...after.keys()])].map((key) => {
    const [a, b] = [before.get(key), after.get(key)];
    return { key, ...(a && { baseline: a }), ...(b && { candidate: b }) };
  });
}

function engineNames({ subjects }: Report): readonly string[] {
  return [...new Set(subjects.flatMap(({ engine }) => engine ?? []))];
}

function byKey({ report }: Side, nameless: boolean): ReadonlyMap<string, SubjectReport> {
  return new Map(report.subjects.filter(isProvided).map((subject) => [keyOf(subject, nameless), subject]));
}

/** What an engine lacks is listed in its report, with every outcome unsupported; to compare, it is not there. */
function isProvided({ outcomes }: SubjectReport): boolean {
  return outcomes.some(({ status }) => status !== 'unsupported');
}

function keyOf({ id, engine }: SubjectReport, nameless: boolean): string {
  return nameless && engine !== undefined && id.startsWith(`${engine}/`) ? id.slice(engine.length + 1) : id;
}
