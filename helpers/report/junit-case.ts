import { shorten } from '../common/escape.ts';
import { citedText } from '../requirements/documents.ts';
import { formatLocator, formatObserved } from '../requirements/explain.ts';
import { type Finding, type Status, worst } from '../requirements/outcome.ts';
import type { RequirementReport } from './report-model.ts';
import { type JudgedOutcome, tally } from './summary.ts';
import { STATUS_WORDS } from './words.ts';
import { escapeXml, xmlElement } from './xml.ts';

/** One requirement in one suite: of one subject, or of all subjects of an engine. */
export interface JUnitCase {
  readonly suite: string;
  readonly requirement: RequirementReport;
  readonly judged: readonly JudgedOutcome[];
}

/** Characters that the descriptions of all cases may take together; then only the first line of each is written. */
export interface DetailBudget {
  left: number;
}

/** Longest message of a case. */
const MAX_MESSAGE = 300;
/** Most findings of a case that are described. */
const MAX_FINDINGS = 10;

/** What does not apply, or what the engine lacks, is no case: it is counted only. */
const COUNTED: ReadonlySet<Status> = new Set(['not-applicable', 'unsupported']);

export function isCase({ judged }: JUnitCase): boolean {
  return judged.some(({ outcome }) => !COUNTED.has(outcome.status));
}

/** The worst that is known; that something else could not be judged does not hide a failure. */
export function statusOfCase({ judged }: JUnitCase): Status {
  const statuses = judged.map(({ outcome }) => outcome.status);
  return statuses.includes('fail') ? 'fail' : worst(statuses);
}

export function renderJUnitCase(one: JUnitCase, budget: DetailBudget): readonly string[] {
  const { suite, requirement, judged } = one;
  const time = judged.reduce((sum, { outcome }) => sum + (outcome.durationMs ?? 0), 0);
  const attributes = {
    classname: suite,
    name: `${requirement.id}: ${requirement.title}`,
    time: (time / 1000).toFixed(3),
  };
  const result = [...resultLines(one, budget), ...countLines(one)];
  if (result.length === 0) return [`    ${xmlElement('testcase', attributes, true)}`];
  return [
    `    ${xmlElement('testcase', attributes)}`,
    ...result.map((line) => `      ${line}`),
    '    </testcase>',
  ];
}

/** JUnit's own word for the status; a status that JUnit has no word for passes, and is told as output. */
function resultLines(one: JUnitCase, budget: DetailBudget): readonly string[] {
  const status = statusOfCase(one);
  if (status === 'pass') return [];
  const shown = one.judged.filter(({ outcome }) => outcome.status === status);
  const { word, meaning } = STATUS_WORDS[status];
  const [first] = shown.map(({ outcome }) => outcome.findings[0]?.message ?? outcome.reason);
  const message = shorten(first ?? meaning, MAX_MESSAGE);
  if (status === 'error') return [xmlElement('skipped', { message: `${word}: ${message}` }, true)];
  const detail = spend(describeAll(one, shown), budget) ?? message;
  if (status === 'fail')
    return [`${xmlElement('failure', { type: one.requirement.id, message })}${escapeXml(detail)}</failure>`];
  return [`<system-out>${escapeXml(`${word}: ${detail}`)}</system-out>`];
}

/** How often each status occurs, where one case stands for many subjects. */
function countLines({ judged }: JUnitCase): readonly string[] {
  if (judged.length === 1) return [];
  const counts = Object.entries(tally(judged.map(({ outcome }) => outcome))).filter(
    ([, number]) => number > 0,
  );
  return [`<system-out>${counts.map(([status, number]) => `${number} ${status}`).join(', ')}</system-out>`];
}

function describeAll({ requirement }: JUnitCase, shown: readonly JudgedOutcome[]): string {
  const all = shown.flatMap(({ subject, outcome }) =>
    outcome.findings.length > 0
      ? outcome.findings.map((finding) => `on ${subject.id}: ${describeFinding(finding)}`)
      : [`on ${subject.id}: ${outcome.reason ?? ''}`],
  );
  const omitted = shown.reduce((sum, { outcome }) => sum + (outcome.omitted ?? 0), 0);
  const more = all.length - MAX_FINDINGS + omitted;
  const deviations = new Set(shown.flatMap(({ outcome }) => outcome.deviation ?? []));
  return [
    ...all.slice(0, MAX_FINDINGS),
    ...(more > 0 ? [`${more} more of the same.`] : []),
    ...[...deviations].map((deviation) => `Deviation: ${deviation}`),
    `Level: ${requirement.level}`,
    `Consequence: ${requirement.consequence}`,
    `Source: ${citedText(requirement.source)} (${requirement.source.url})`,
  ].join('\n');
}

function describeFinding(finding: Finding): string {
  return [
    finding.message,
    `  where:    ${formatLocator(finding.where)}`,
    `  expected: ${formatObserved(finding.expected)}`,
    `  actual:   ${formatObserved(finding.actual)}`,
  ].join('\n');
}

function spend(text: string, budget: DetailBudget): string | undefined {
  if (text.length > budget.left) return undefined;
  budget.left -= text.length;
  return text;
}
