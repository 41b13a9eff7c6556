import { type Status, wasFoundOut } from '../requirements/outcome.ts';
import {
  applyPolicy,
  concerns,
  overdueWaiver,
  type Policy,
  verdictOfOutcomes,
  type Waiver,
} from '../requirements/policy.ts';
import type { Report, SubjectReport, Verdict } from './report-model.ts';

/** A report under a policy: what was asked for, what fails, and what is waived. The verdict follows. */
export function withPolicy(report: Report, policy: Policy): Report {
  const levels = new Map(report.requirements.map(({ id, level }) => [id, level]));
  const subjects = report.subjects.map((subject) => ({
    ...subject,
    outcomes: subject.outcomes.flatMap((outcome) => {
      const changed = applyPolicy(outcome, levels.get(outcome.id), namesOf(report, subject), policy);
      const { durationMs } = outcome;
      return changed === undefined ? [] : [{ ...changed, ...(durationMs !== undefined && { durationMs }) }];
    }),
  }));
  const named = new Set(subjects.flatMap(({ outcomes }) => outcomes.map(({ id }) => id)));
  const changed = {
    ...report,
    subjects,
    requirements: report.requirements.filter(({ id }) => named.has(id)),
  };
  return { ...changed, verdict: verdictUnder(report, changed) };
}

/** What kept the whole run from being judged is not taken back by a policy. */
function verdictUnder(before: Report, after: Report): Verdict {
  const hadErrors = before.subjects.some(({ outcomes }) => outcomes.some(({ status }) => status === 'error'));
  const isIncomplete =
    (before.unreadable ?? []).length > 0 || before.engines.some(({ available }) => !available);
  if (before.verdict === 'could-not-judge' && (isIncomplete || !hadErrors)) return 'could-not-judge';
  return verdictOfOutcomes(after.subjects.flatMap(({ outcomes }) => outcomes));
}

function namesOf(report: Report, { id, engine, builder, saver, archive }: SubjectReport) {
  const source = report.archives.find((each) => each.id === archive)?.source;
  return { id, names: [engine, builder, saver, archive, source].filter((name) => name !== undefined) };
}

/** Waivers that are over, or that nothing needed, one sentence each: a list nobody prunes ends as a blindfold. */
export function waiverNotes(report: Report, { waivers = [], today }: Policy): readonly string[] {
  return waivers.flatMap((waiver) => {
    const judged = report.subjects.filter((subject) => statusesOf(report, subject, waiver).length > 0);
    // What was not judged in this run says nothing of a waiver for it.
    if (judged.length === 0) return [];
    if (!judged.some((subject) => statusesOf(report, subject, waiver).some((status) => NEEDED.has(status))))
      return [
        `${waiver.by} waives ${waiver.id}, which is not violated${waiver.on === undefined ? '' : ` on ${waiver.on}`}; remove it.`,
      ];
    return today > waiver.until ? [overdueWaiver(waiver)] : [];
  });
}

const NEEDED: ReadonlySet<Status> = new Set(['fail', 'warn', 'known']);

function statusesOf(report: Report, subject: SubjectReport, waiver: Waiver): readonly Status[] {
  return subject.outcomes
    .filter((outcome) => wasFoundOut(outcome) && concerns(waiver, outcome.id, namesOf(report, subject)))
    .map(({ status }) => status);
}
