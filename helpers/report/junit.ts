import { escapeControl } from '../common/escape.ts';
import { citedText } from '../requirements/documents.ts';
import { formatLocator, formatObserved } from '../requirements/explain.ts';
import type { Finding, Outcome } from '../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from './report-model.ts';
import { type Cause, causesOf, reachOf } from './summary.ts';
import { STATUS_WORDS } from './words.ts';

/**
 * JUnit XML as the common parsers read it: one `testsuite` for each subject (engine, builder, saver), one `testcase`
 * for each requirement. The exact status is a property of the case where JUnit has no word for it, and begins the
 * message of a skipped one. What could not be judged is skipped, and each cause of it is one error in a suite of its own.
 */
export function renderJUnit(report: Report): string {
  const requirements = new Map(report.requirements.map((requirement) => [requirement.id, requirement]));
  const outcomes = report.subjects.flatMap((subject) => subject.outcomes);
  const causes = causesOf(report);
  const totals = counts(outcomes);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('testsuites', {
      name: report.suite.name,
      ...totals,
      tests: totals.tests + causes.length,
      errors: causes.length,
      time: seconds(report.durationMs),
      timestamp: report.startedAt,
    }),
    ...report.subjects.flatMap((subject) => renderSuite(report, subject, requirements)),
    ...renderCauses(causes),
    '</testsuites>',
    '',
  ].join('\n');
}

type Attributes = Readonly<Record<string, string | number | undefined>>;
type TimedOutcome = SubjectReport['outcomes'][number];

function renderSuite(
  report: Report,
  subject: SubjectReport,
  requirements: ReadonlyMap<string, RequirementReport>,
): readonly string[] {
  const { stack, left } = report.engines.find(({ name }) => name === subject.engine) ?? {};
  const time = subject.outcomes.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
  const properties = Object.entries({
    engine: subject.engine,
    builder: subject.builder,
    saver: subject.saver,
    archive: subject.archive,
    left,
    ...Object.fromEntries(Object.entries(stack ?? {}).map(([part, value]) => [`stack.${part}`, value])),
  }).filter(([, value]) => value !== undefined);
  return [
    `  ${element('testsuite', { name: subject.id, ...counts(subject.outcomes), time: seconds(time), timestamp: report.startedAt })}`,
    ...(properties.length === 0
      ? []
      : [
          '    <properties>',
          ...properties.map(([name, value]) => `      ${element('property', { name, value }, true)}`),
          '    </properties>',
        ]),
    ...subject.outcomes.flatMap((outcome) => renderCase(subject, outcome, requirements.get(outcome.id))),
    '  </testsuite>',
  ];
}

/** Name of the suite that holds what could not be judged. */
export const CAUSES_SUITE = 'could not be judged';

function renderCauses(causes: readonly Cause[]): readonly string[] {
  if (causes.length === 0) return [];
  const number = causes.length;
  return [
    `  ${element('testsuite', { name: CAUSES_SUITE, tests: number, failures: 0, errors: number, skipped: 0, time: '0.000' })}`,
    ...causes.flatMap((cause) => [
      `    ${element('testcase', { classname: CAUSES_SUITE, name: reachOf(cause), time: '0.000' })}`,
      `      ${element('error', { type: 'not judged', message: cause.reason })}${escapeXml([...cause.subjects, ...cause.requirements].join('\n'))}</error>`,
      '    </testcase>',
    ]),
    '  </testsuite>',
  ];
}

function renderCase(
  subject: SubjectReport,
  outcome: TimedOutcome,
  requirement: RequirementReport | undefined,
): readonly string[] {
  const name = requirement ? `${outcome.id}: ${requirement.title}` : outcome.id;
  const attributes = { classname: subject.id, name, time: seconds(outcome.durationMs ?? 0) };
  const result = renderResult(outcome, requirement);
  if (isQuiet(outcome)) return renderQuietCase(attributes, result);
  const properties = Object.entries({
    status: outcome.status,
    requirement: outcome.id,
    level: requirement?.level,
    step: requirement?.step,
    source: requirement?.source.url,
    deviation: outcome.deviation,
  }).filter(([, value]) => value !== undefined);
  return [
    `    ${element('testcase', attributes)}`,
    '      <properties>',
    ...properties.map(
      ([property, value]) => `        ${element('property', { name: property, value }, true)}`,
    ),
    '      </properties>',
    ...result.map((line) => `      ${line}`),
    '    </testcase>',
  ];
}

/** What needs nobody's attention, and what JUnit's own words can tell. */
function isQuiet({ status, findings }: TimedOutcome): boolean {
  return findings.length === 0 && ['pass', 'not-applicable', 'unsupported'].includes(status);
}

/** A matrix has fifty thousand of them: one line each. */
function renderQuietCase(attributes: Attributes, result: readonly string[]): readonly string[] {
  return result.length === 0
    ? [`    ${element('testcase', attributes, true)}`]
    : [`    ${element('testcase', attributes)}${result.join('')}</testcase>`];
}

/** JUnit's own word for the status; statuses that pass there still say in `system-out` what was seen. */
function renderResult(outcome: TimedOutcome, requirement: RequirementReport | undefined): readonly string[] {
  const message = outcome.findings[0]?.message ?? outcome.reason ?? STATUS_WORDS[outcome.status].meaning;
  const detail = describe(outcome, requirement);
  switch (outcome.status) {
    case 'fail':
      return [`${element('failure', { type: outcome.id, message })}${escapeXml(detail)}</failure>`];
    case 'error':
    case 'not-applicable':
    case 'unsupported':
      return [element('skipped', { message: `${STATUS_WORDS[outcome.status].word}: ${message}` }, true)];
    case 'pass':
      return [];
    default:
      return [`<system-out>${escapeXml(`${STATUS_WORDS[outcome.status].word}: ${detail}`)}</system-out>`];
  }
}

function describe(outcome: Outcome, requirement: RequirementReport | undefined): string {
  const lines = outcome.findings.length > 0 ? outcome.findings.map(describeFinding) : [outcome.reason ?? ''];
  if (outcome.omitted !== undefined) lines.push(`${outcome.omitted} more of the same.`);
  if (outcome.deviation !== undefined) lines.push(`Deviation: ${outcome.deviation}`);
  if (requirement) {
    lines.push(`Consequence: ${requirement.consequence}`);
    lines.push(`Source: ${citedText(requirement.source)} (${requirement.source.url})`);
  }
  return lines.join('\n');
}

function describeFinding(finding: Finding): string {
  return [
    finding.message,
    `  where:    ${formatLocator(finding.where)}`,
    `  expected: ${formatObserved(finding.expected)}`,
    `  actual:   ${formatObserved(finding.actual)}`,
  ].join('\n');
}

function counts(outcomes: readonly Outcome[]) {
  const having = (...statuses: readonly string[]) =>
    outcomes.filter(({ status }) => statuses.includes(status)).length;
  return {
    tests: outcomes.length,
    failures: having('fail'),
    errors: 0,
    skipped: having('not-applicable', 'unsupported', 'error'),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function element(name: string, attributes: Attributes, empty = false): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value)).replaceAll('\n', '&#10;')}"`);
  return `<${name}${written.join('')}${empty ? '/' : ''}>`;
}

/** XML 1.0 section 2.2: only these characters may stand in a document, escaped or not. */
const ILLEGAL = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Most texts hold none of these, and are left as they are. */
const SPECIAL = /[^ !#-%(-;=?-~]/;

/** Text for XML: control characters are made visible, line breaks stay, characters that XML forbids are removed. */
export function escapeXml(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text
    .split('\n')
    .map((line) => escapeControl(line).replace(ILLEGAL, ''))
    .join('\n')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
