import { Ajv2020 } from 'ajv/dist/2020.js';
import { REPORT_BYTES, readBounded, whyUnread } from '../common/bounded-file.ts';
import { escapeControl, showName } from '../common/escape.ts';
import type { Level } from '../requirements/define.ts';
import { wasFoundOut } from '../requirements/outcome.ts';
import schema from './report.schema.json' with { type: 'json' };
import type { Observation, Report } from './report-model.ts';

/** Why a file is no report, in one sentence. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** Reads a stored `conformance.json` or `matrix.json` and holds it to its schema. Throws `ReportError`. */
export async function readReport(path: string): Promise<Report> {
  const name = showName(path);
  let text: string;
  try {
    text = readBounded(path, REPORT_BYTES).toString('utf8');
  } catch (error) {
    throw new ReportError(
      `The report ${name} cannot be read (${whyUnread(error)}); give the path of a conformance.json or matrix.json.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ReportError(`The report ${name} is no JSON; it may have been cut off, so make it again.`);
  }
  value = withWordsOfToday(value);
  const problem = reportProblem(value);
  if (problem !== undefined) {
    throw new ReportError(
      `${name} is no report of version 1: ${problem}. Make it again with this version of the suite.`,
    );
  }
  return withoutEmptyPraise(value as Report);
}

/** A report that judged nothing conforms to nothing, whatever verdict it was stored with. */
function withoutEmptyPraise(report: Report): Report {
  const hasJudged = report.subjects.some(({ outcomes }) => outcomes.some(wasFoundOut));
  return report.verdict === 'conforms' && !hasJudged ? { ...report, verdict: 'could-not-judge' } : report;
}

/** What the levels were called in reports of version 0.1. */
const FORMER_LEVELS: Readonly<Record<string, Level>> = {
  convention: 'consumer',
  profile: 'practice',
  promise: 'expectation',
};

/** Id of an observation; ids that still begin with `fact.`, their former word, are read too. */
export function observationIdOfToday(id: string): string {
  return id.replace(/^fact\./, 'observation.');
}

/** Reads the words of version 0.1 too. Anything that is no report comes out as it was, for the schema to refuse. */
function withWordsOfToday(value: unknown): unknown {
  return withObservationsOfToday(withLevelsOfToday(value));
}

function withLevelsOfToday(value: unknown): unknown {
  const report = value as Partial<Report> | null;
  if (!Array.isArray(report?.requirements)) return value;
  const requirements = report.requirements.map(
    (requirement: Report['requirements'][number] | null) =>
      requirement && { ...requirement, level: FORMER_LEVELS[requirement.level] ?? requirement.level },
  );
  return { ...report, requirements };
}

function withObservationsOfToday(value: unknown): unknown {
  const report = value as (Partial<Report> & { readonly facts?: unknown }) | null;
  if (!Array.isArray(report?.facts) || report.observations !== undefined) return value;
  const { facts, ...rest } = report;
  const observations = facts.map((fact: Partial<Observation> | null) =>
    typeof fact?.id === 'string' ? { ...fact, id: observationIdOfToday(fact.id) } : fact,
  );
  return { ...rest, observations };
}

let validate: ReturnType<Ajv2020['compile']> | undefined;

/** The first thing that breaks the schema, as `/verdict must be …`; `undefined` for a report. */
export function reportProblem(value: unknown): string | undefined {
  // Optimizing the code of the validator takes longer than it saves on one report.
  validate ??= new Ajv2020({ strict: true, code: { optimize: false } }).compile(schema);
  if (validate(value)) return undefined;
  const [error] = validate.errors ?? [];
  return escapeControl(`${error?.instancePath || 'the whole file'} ${error?.message ?? 'breaks the schema'}`);
}
