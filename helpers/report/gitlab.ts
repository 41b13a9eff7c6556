import { toJsonText } from '../common/json.ts';
import type { Status } from '../requirements/outcome.ts';
import { fileOf, fromHere, type ReportedFinding, reportedFindings } from './findings.ts';
import type { Report } from './report-model.ts';
import { causesOf, reachOf } from './summary.ts';

const SEVERITY: Readonly<Partial<Record<Status, 'critical' | 'minor' | 'info'>>> = {
  fail: 'critical',
  warn: 'minor',
  known: 'info',
};

/** Findings for GitLab's code quality report; what could not be judged blocks, for nothing is known of it. */
export function renderGitLab(report: Report): string {
  const issues = [...reportedFindings(report).map(issueOf), ...causeIssues(report)];
  return `${toJsonText(issues)}\n`;
}

function issueOf({ requirement, status, finding, subject, file, fingerprint }: ReportedFinding) {
  return {
    description: `${finding.message} (${subject.id})`,
    check_name: requirement.id,
    fingerprint,
    severity: SEVERITY[status] ?? 'info',
    location: locationOf(file ?? subject.id),
  };
}

function causeIssues(report: Report) {
  const files = new Map(report.subjects.map((subject) => [subject.id, fileOf(report, subject)]));
  return causesOf(report).map((cause, position) => ({
    description: `${reachOf(cause)} could not be judged: ${cause.reason}`,
    check_name: 'not-judged',
    fingerprint: `not-judged:${position + 1}`,
    severity: 'blocker',
    location: locationOf(
      files.get(cause.subjects[0] ?? '') ?? fromHere(cause.subjects[0] ?? report.suite.name),
    ),
  }));
}

function locationOf(path: string) {
  return { path, lines: { begin: 1 } };
}
