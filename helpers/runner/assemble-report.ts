import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import type { EngineHandle } from '../engines/engine-model.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { ownCommand } from '../report/own-command.ts';
import type { Report, RequirementReport, SubjectReport, Verdict } from '../report/report-model.ts';
import { ARCHIVE_REQUIREMENTS } from '../requirements/archive/archive-requirements.ts';
import type { Requirement } from '../requirements/define.ts';
import { sourceUrl } from '../requirements/documents.ts';
import { EXPECTATION_REQUIREMENTS } from '../requirements/expectation/check.ts';
import { worst } from '../requirements/outcome.ts';
import { whyIncomplete } from './completeness.ts';
import type { TimedJudged } from './judged.ts';
import {
  PASSAGE_REQUIREMENTS,
  PROCEDURE_REQUIREMENTS,
  SCENARIO_REQUIREMENTS,
  TOGETHER_REQUIREMENTS,
  WIDE_REQUIREMENTS,
} from './steps.ts';

export interface ReportNotes {
  /** Builders that were asked for by name, and must have been judged. */
  readonly asked?: readonly string[];
  /** What stays in the engine. */
  readonly left?: string | undefined;
  /** What was judged in place of the documented image. */
  readonly image?: GivenImage | undefined;
}

/**
 * Puts the results of all tests into the one report. Nothing is judged here. `errors` are what kept tests from being
 * judged.
 */
export function assembleReport(
  engine: Pick<EngineHandle, 'name' | 'origin' | 'stack'>,
  judged: readonly TimedJudged[],
  startedAt: Date,
  failures: readonly string[],
  { asked = [], left, image }: ReportNotes = {},
): Report {
  const incomplete = whyIncomplete(judged, asked, image !== undefined);
  const report = assembleJudged(engine, judged, startedAt, failures, incomplete, left);
  return image ? { ...report, context: image.label } : report;
}

/** The same of anything that was judged; `incomplete` says why what was judged is not enough. */
export function assembleJudged(
  { name, origin, stack }: Pick<EngineHandle, 'name' | 'origin' | 'stack'>,
  judged: readonly TimedJudged[],
  startedAt: Date,
  failures: readonly string[],
  incomplete: readonly string[] = [],
  left?: string,
): Report {
  const errors = [...failures, ...incomplete];
  const subjects = mergeSubjects(judged);
  const statuses = subjects.flatMap(({ outcomes }) => outcomes.map(({ status }) => status));
  return {
    version: 1,
    kind: 'conformance',
    suite: readSuite(),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    command: ownCommand('conformance'),
    verdict: failures.length > 0 ? 'could-not-judge' : verdictOf(worst(statuses), incomplete.length === 0),
    engines: [{ ...{ name, origin, stack }, available: true, ...(left !== undefined && { left }) }],
    subjects,
    requirements: describeRequirements(
      new Set(subjects.flatMap(({ outcomes }) => outcomes.map(({ id }) => id))),
    ),
    ...(errors.length > 0 && {
      unreadable: errors.map((reason) => ({ subject: name, reason })),
    }),
    observations: judged.flatMap(({ observations }) => observations),
    archives: judged.flatMap(({ archive }) => archive ?? []),
  };
}

function mergeSubjects(judged: readonly TimedJudged[]): readonly SubjectReport[] {
  const subjects = new Map<string, SubjectReport>();
  for (const { subject, outcomes, archive, durationMs } of judged) {
    const known = subjects.get(subject.id) ?? { ...subject, outcomes: [] };
    const share = durationMs / Math.max(1, outcomes.length);
    subjects.set(subject.id, {
      ...known,
      ...(archive && { archive: archive.id }),
      outcomes: [...known.outcomes, ...outcomes.map((outcome) => ({ ...outcome, durationMs: share }))],
    });
  }
  return [...subjects.values()];
}

/** A run that judged nothing conforms to nothing. */
function verdictOf(status: ReturnType<typeof worst>, isComplete: boolean): Verdict {
  if (status === 'error') return 'could-not-judge';
  if (status === 'fail') return 'does-not-conform';
  return isComplete && status !== 'not-applicable' && status !== 'unsupported'
    ? 'conforms'
    : 'could-not-judge';
}

function describeRequirements(ids: ReadonlySet<string>): readonly RequirementReport[] {
  const flow = Object.entries(PROCEDURE_REQUIREMENTS).flatMap(([step, requirements]) =>
    (requirements as readonly Requirement<never>[]).map((requirement) => ({ step, requirement })),
  );
  const archive = [...ARCHIVE_REQUIREMENTS, ...EXPECTATION_REQUIREMENTS].map((requirement) => ({
    step: 'save',
    requirement: requirement as Requirement<never>,
  }));
  const played = [...SCENARIO_REQUIREMENTS, ...WIDE_REQUIREMENTS].map((requirement) => ({
    step: 'scenario',
    requirement: requirement as Requirement<never>,
  }));
  const together = TOGETHER_REQUIREMENTS.map((requirement) => ({
    step: 'together',
    requirement: requirement as Requirement<never>,
  }));
  const passages = PASSAGE_REQUIREMENTS.map((requirement) => ({
    step: 'passage',
    requirement: requirement as Requirement<never>,
  }));
  return [...flow, ...archive, ...played, ...together, ...passages]
    .filter(({ requirement }) => ids.has(requirement.id))
    .map(({ step, requirement: { id, title, level, source, consequence } }) => ({
      id,
      title,
      level,
      step,
      source: { ...source, url: sourceUrl(source) },
      consequence,
    }));
}

function readSuite(): Report['suite'] {
  const file = join(dirname(projectFolder('fixtures')), 'package.json');
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Report['suite'];
  return { name, version };
}
