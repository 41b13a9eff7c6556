import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toJsonText } from '../common/json.ts';
import type { Level } from '../requirements/define.ts';
import { citedText } from '../requirements/documents.ts';
import { formatLocator } from '../requirements/explain.ts';
import type { Status } from '../requirements/outcome.ts';
import { type ReportedFinding, reportedFindings } from './findings.ts';
import type { Report, RequirementReport } from './report-model.ts';
import { byRequirement, causesOf, leftIn, ownerOf, tally } from './summary.ts';
import { LEVEL_WORDS } from './words.ts';

export const SARIF_SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Code scanning takes so many runs of one file; more archives than that stand in one. */
const MAX_RUNS = 20;

/**
 * SARIF 2.1.0 for code scanning: one run for each archive or engine, so that each keeps its alerts apart. Every violation is
 * a result; consumers show each result as an alert whatever its kind, so what holds is only counted, in the properties.
 */
export function renderSarif(report: Report): string {
  const owners = [...new Set(report.subjects.map(ownerOf))];
  const findings = reportedFindings(report);
  const groups =
    owners.length === 0 || owners.length > MAX_RUNS
      ? [{ name: 'all', findings, part: report }]
      : owners.map((name) => ({
          name,
          findings: findings.filter(({ subject }) => ownerOf(subject) === name),
          part: { ...report, subjects: report.subjects.filter((subject) => ownerOf(subject) === name) },
        }));
  const log = {
    $schema: SARIF_SCHEMA,
    version: '2.1.0',
    runs: groups.map(({ name, findings: own, part }, position) => sarifRun(name, own, part, position === 0)),
  };
  return `${toJsonText(log)}\n`;
}

function sarifRun(name: string, findings: readonly ReportedFinding[], report: Report, isFirst: boolean) {
  const rules = [...new Map(findings.map(({ requirement }) => [requirement.id, requirement])).values()];
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  const counts = [...byRequirement(report)].map(([id, judged]) => [
    id,
    tally(judged.map(({ outcome }) => outcome)),
  ]);
  return {
    tool: {
      driver: {
        name: report.suite.name,
        semanticVersion: report.suite.version,
        rules: rules.map(sarifRule),
      },
    },
    automationDetails: { id: `${report.suite.name}/${report.kind}/${wellFormed(name)}/` },
    invocations: [
      {
        commandLine: report.command,
        startTimeUtc: report.startedAt,
        executionSuccessful: report.verdict !== 'could-not-judge',
        toolExecutionNotifications: isFirst
          ? notifications(report)
          : notJudged({ ...report, unreadable: [] }),
      },
    ],
    columnKind: 'utf16CodeUnits',
    results: findings.map((one) => sarifResult(one, index.get(one.requirement.id) ?? -1)),
    properties: { statuses: Object.fromEntries(counts) },
  };
}

const LEVEL: Readonly<Partial<Record<Status, 'error' | 'warning' | 'note'>>> = {
  fail: 'error',
  warn: 'warning',
  known: 'note',
};

const RULE_LEVEL: Readonly<Record<Level, 'error' | 'warning'>> = {
  must: 'error',
  consumer: 'error',
  expectation: 'error',
  should: 'warning',
  practice: 'warning',
};

function sarifRule({ id, title, level, source, consequence, step }: RequirementReport) {
  const { word, meaning } = LEVEL_WORDS[level];
  const cited = citedText(source);
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${consequence}` },
    defaultConfiguration: { level: RULE_LEVEL[level] },
    helpUri: source.url,
    help: {
      text: `${consequence}\n\n${meaning}\n${cited} (${source.url})`,
      markdown: [
        `**${title}.** ${consequence}`,
        `Level **${word}**: ${meaning}`,
        `> ${cited}\n>\n> [${source.document}](${source.url})`,
        `\`scratch-conformance explain ${id}\` shows the rule and the mutants that prove its check.`,
      ].join('\n\n'),
    },
    properties: {
      level,
      step,
      tags: ['container-image', level],
      precision: 'very-high',
      'problem.severity': RULE_LEVEL[level],
    },
  };
}

function sarifResult(reported: ReportedFinding, ruleIndex: number) {
  const { requirement, subject, status, deviation, finding, file, fingerprint } = reported;
  return {
    ruleId: requirement.id,
    ruleIndex,
    level: LEVEL[status] ?? 'note',
    message: { text: finding.message },
    locations: [
      {
        ...(file !== undefined && {
          physicalLocation: { artifactLocation: { uri: artifactUri(file) }, region: { startLine: 1 } },
        }),
        logicalLocations: [{ fullyQualifiedName: formatLocator(finding.where), kind: 'member' }],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint },
    properties: { status, subject: subject.id, expected: finding.expected, actual: finding.actual },
    ...(deviation !== undefined && {
      suppressions: [{ kind: 'external', justification: `Known deviation: ${deviation}` }],
    }),
  };
}

/** What stands once in the log of a whole run. */
function notifications(report: Report) {
  return [...notJudged(report), ...leftIn(report).map((text) => ({ level: 'note', message: { text } }))];
}

/** One for each cause: a reader needs to remove it once, however much it kept from being judged. */
function notJudged(report: Report) {
  return causesOf(report).map(({ reason, subjects, requirements }) => ({
    level: 'error',
    message: { text: reason },
    locations: subjects.map((subject) => ({ logicalLocations: [{ fullyQualifiedName: subject }] })),
    properties: { requirements },
  }));
}

/** A relative reference where the name is relative, so that code scanning finds the file in the repository. */
export function artifactUri(source: string): string {
  if (isAbsolute(source)) return pathToFileURL(wellFormed(source)).href;
  return source
    .split('/')
    .map((segment) => encodeURIComponent(wellFormed(segment)))
    .join('/');
}

/** Lone surrogates cannot stand in an address. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
