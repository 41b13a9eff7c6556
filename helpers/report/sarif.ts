import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toJsonText } from '../common/json-text.ts';
import { citedText } from '../requirements/documents.ts';
import { formatLocator } from '../requirements/explain.ts';
import type { Finding, Status } from '../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from './report-model.ts';
import { byRequirement, causesOf, leftIn, tally } from './summary.ts';
import { LEVEL_WORDS } from './words.ts';

/**
 * SARIF 2.1.0 for code scanning: every violation is a result at the archive it was found in. Consumers show each result as
 * an alert whatever its kind, so what holds is only counted, in the properties of its rule.
 */
export function renderSarif(report: Report): string {
  const judged = byRequirement(report);
  const index = new Map(report.requirements.map(({ id }, position) => [id, position]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: report.suite.name,
            semanticVersion: report.suite.version,
            rules: report.requirements.map((requirement) =>
              rule(requirement, tally((judged.get(requirement.id) ?? []).map(({ outcome }) => outcome))),
            ),
          },
        },
        invocations: [
          {
            commandLine: report.command,
            startTimeUtc: report.startedAt,
            executionSuccessful: report.verdict !== 'could-not-judge',
            toolExecutionNotifications: [...notJudged(report), ...left(report)],
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: report.subjects.flatMap((subject) => results(report, subject, index)),
      },
    ],
  };
  return `${toJsonText(log)}\n`;
}

const LEVEL: Readonly<Partial<Record<Status, 'error' | 'warning' | 'note'>>> = {
  fail: 'error',
  warn: 'warning',
  known: 'note',
};

function rule({ id, title, level, source, consequence, step }: RequirementReport, counts: object) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${consequence}` },
    helpUri: source.url,
    help: { text: `${consequence}\n\n${LEVEL_WORDS[level].meaning}\n${citedText(source)} (${source.url})` },
    properties: { level, step, statuses: counts },
  };
}

function results(report: Report, subject: SubjectReport, index: ReadonlyMap<string, number>) {
  const uri = artifactUri(sourceOf(report, subject));
  return subject.outcomes.flatMap((outcome) => {
    const level = LEVEL[outcome.status];
    if (level === undefined) return [];
    return outcome.findings.map((finding) => ({
      ruleId: outcome.id,
      ruleIndex: index.get(outcome.id) ?? -1,
      level,
      message: { text: finding.message },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } },
          logicalLocations: [{ fullyQualifiedName: formatLocator(finding.where), kind: 'member' }],
        },
      ],
      partialFingerprints: { 'requirementAndPlace/v1': fingerprint(outcome.id, subject.id, finding) },
      properties: {
        status: outcome.status,
        subject: subject.id,
        expected: finding.expected,
        actual: finding.actual,
      },
      ...(outcome.deviation !== undefined && {
        suppressions: [{ kind: 'external', justification: `Known deviation: ${outcome.deviation}` }],
      }),
    }));
  });
}

/** One for each cause: a reader needs to remove it once, however much it kept from being judged. */
function notJudged(report: Report) {
  const sources = new Map(report.subjects.map((subject) => [subject.id, sourceOf(report, subject)]));
  return causesOf(report).map(({ reason, subjects, requirements }) => ({
    level: 'error',
    message: { text: reason },
    locations: [...new Set(subjects.map((subject) => artifactUri(sources.get(subject) ?? subject)))].map(
      (uri) => ({ physicalLocation: { artifactLocation: { uri } } }),
    ),
    properties: { requirements },
  }));
}

function left(report: Report) {
  return leftIn(report).map((text) => ({ level: 'note', message: { text } }));
}

function sourceOf(report: Report, subject: SubjectReport): string {
  return report.archives.find(({ id }) => id === subject.archive)?.source ?? subject.id;
}

/** A relative reference where the name is relative, so that code scanning finds the file in the repository. */
function artifactUri(source: string): string {
  if (isAbsolute(source)) return pathToFileURL(wellFormed(source)).href;
  return source
    .replace(/^\.\//, '')
    .split('/')
    .map((segment) => encodeURIComponent(wellFormed(segment)))
    .join('/');
}

/** The same violation of the same archive keeps its alert over runs, whatever values it has. */
function fingerprint(id: string, subject: string, { where }: Finding): string {
  return [id, subject, formatLocator(where)].join('|');
}

/** Lone surrogates cannot stand in an address. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
