import { escapeControl, shorten } from '../common/escape.ts';
import { citedText } from '../requirements/documents.ts';
import type { Status } from '../requirements/outcome.ts';
import { STATUSES } from '../requirements/outcome.ts';
import { formatDuration } from './duration.ts';
import type { EngineReport, Report } from './report-model.ts';
import {
  byRequirement,
  causesOf,
  count,
  leftIn,
  problemsOf,
  type ReportProblem,
  reachOf,
  tally,
  verdictSentence,
} from './summary.ts';
import { STATUS_WORDS, VERDICT_WORDS } from './words.ts';

/** A comment on a pull request may hold 65,536 characters; a little room is left for what a workflow adds. */
export const MARKDOWN_LIMIT = 60_000;
/** Finds the comment again, so that the next run replaces it. */
export const MARKDOWN_MARKER = '<!-- scratch-conformance -->';

/** Longest command, verdict, and reason that are repeated, and most engines that are listed. */
const MAX_COMMAND = 500;
const MAX_VERDICT = 2000;
const MAX_REASON = 300;
const MAX_ENGINES = 40;

/** A comment for a pull request, or the summary of a CI step. What is lightest is folded first, and it says so. */
export function renderMarkdown(report: Report): string {
  const head = [
    MARKDOWN_MARKER,
    `## ${VERDICT_WORDS[report.verdict].symbol} ${text(shorten(verdictSentence(report), MAX_VERDICT))}`,
    '',
    `${text(report.suite.name)} ${text(report.suite.version)}, ${report.startedAt.slice(0, 16).replace('T', ' ')} UTC, ${formatDuration(report.durationMs)}. Again: ${code(shorten(report.command, MAX_COMMAND))}`,
    '',
    ...renderEngines(report.engines),
    ...leftIn(report)
      .slice(0, MAX_ENGINES)
      .flatMap((line) => [text(shorten(line, MAX_REASON)), '']),
  ];
  const causes = renderCauses(report);
  const problems = problemsOf(report).map(renderProblem);
  const budget = MARKDOWN_LIMIT - sizeOf([...head, ...causes]) - 200;
  // Numbers of what holds are the lightest, then those of what does not: the problems themselves say more.
  const counts = (['all', 'attention', 'total'] as const).map((which) => renderCounts(report, which));
  const [fitting = counts.at(-1) ?? []] = counts.filter((each) => sizeOf([...problems, ...each]) <= budget);
  return `${[...head, ...within(budget - sizeOf(fitting), problems), ...causes, ...fitting].join('\n')}\n`;
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function renderEngines(engines: readonly EngineReport[]): readonly string[] {
  if (engines.length === 0) return [];
  const rows = engines
    .slice(0, MAX_ENGINES)
    .map(({ name, available, reason = 'no reason given', stack }) =>
      available
        ? row(
            code(name),
            ...[`${stack.engine} ${stack.version}`, stack.store, stack.buildx, stack.buildkit].map((part) =>
              part === undefined ? '' : code(part),
            ),
          )
        : row(code(name), `unavailable: ${code(shorten(reason, MAX_REASON))}`, '', '', ''),
    );
  const more = engines.length - rows.length;
  return [
    row('Engine', 'Version', 'Image store', 'buildx', 'BuildKit'),
    '|---|---|---|---|---|',
    ...rows,
    '',
    ...(more > 0 ? [`${count(more, 'engine')} more: see the full report.`, ''] : []),
  ];
}

const MAX_CAUSES = 20;

/** What could not be judged, one entry a cause, after what failed. */
function renderCauses(report: Report): readonly string[] {
  const lines = causesOf(report).map((cause) => {
    const [first = ''] = cause.reason.split('\n');
    return `- ${STATUS_WORDS.error.symbol} ${STATUS_WORDS.error.word}: ${code(reachOf(cause))}: ${code(first.slice(0, 400))}`;
  });
  const more = lines.length - MAX_CAUSES;
  if (more > 0) lines.splice(MAX_CAUSES, more, `- ${count(more, 'cause')} more: see the full report.`);
  return lines.length === 0 ? [] : [...lines, ''];
}

function renderProblem({ requirement, status, judged }: ReportProblem): string {
  const { symbol, word } = STATUS_WORDS[status];
  const first = judged.find(({ outcome }) => outcome.findings.length > 0) ?? judged[0];
  const finding = first?.outcome.findings[0];
  const where = judged.map(({ subject }) => code(subject.id));
  const shown = where.length > 12 ? [...where.slice(0, 11), `${where.length - 11} more`] : where;
  return [
    `<details><summary>${symbol} <b>${word}</b> <code>${html(requirement.id)}</code> ${html(requirement.title)} (${judged.length})</summary>`,
    '',
    `On ${shown.join(', ')}.`,
    ...block(finding?.message ?? first?.outcome.reason),
    '',
    text(requirement.consequence),
    '',
    `Source: [${text(requirement.source.document)}](${link(requirement.source.url)}): ${text(citedText(requirement.source))}`,
    '</details>',
    '',
  ].join('\n');
}

/** Statuses that nobody needs to look at. */
const QUIET: readonly Status[] = ['pass', 'not-applicable', 'unsupported'];

/** How often each status of each requirement occurred; the other outputs of the run hold the same numbers. */
function renderCounts(report: Report, which: 'all' | 'attention' | 'total'): readonly string[] {
  const total = tally(report.subjects.flatMap(({ outcomes }) => outcomes));
  const seen: readonly Status[] = STATUSES.filter((status) => total[status] > 0);
  const tallies = [...byRequirement(report)].map(
    ([id, these]) => [id, tally(these.map(({ outcome }) => outcome))] as const,
  );
  const shown = tallies.filter(
    ([, counts]) =>
      which === 'all' ||
      (which === 'attention' && seen.some((each) => !QUIET.includes(each) && counts[each] > 0)),
  );
  const left = tallies.length - shown.length;
  return [
    `<details><summary>${count(report.requirements.length, 'requirement')}, ${count(report.subjects.length, 'subject')}</summary>`,
    '',
    row(
      'Requirement',
      ...seen.map((status) => `${STATUS_WORDS[status].symbol} ${STATUS_WORDS[status].word}`),
    ),
    `|---|${seen.map(() => '--:|').join('')}`,
    ...shown.map(([id, counts]) => row(code(id), ...seen.map((status) => String(counts[status])))),
    row('**total**', ...seen.map((status) => String(total[status]))),
    '',
    ...(left > 0 ? [`${count(left, 'requirement')} more: see the full report.`, ''] : []),
    '</details>',
  ];
}

function within(budget: number, parts: readonly string[]): readonly string[] {
  let used = 0;
  const kept = parts.filter((part) => {
    used += part.length + 1;
    return used <= budget;
  });
  const left = parts.length - kept.length;
  return left === 0 ? kept : [...kept, `${count(left, 'problem')} more: see the full report.`, ''];
}

export function row(...cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Words from an archive or an engine: in a code block neither markup nor mentions nor links are looked for. */
function block(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const clean = escapeControl(value);
  const fence = '`'.repeat(Math.max(3, longestRun(clean) + 1));
  return ['', `${fence}text`, clean, fence];
}

function longestRun(value: string): number {
  return Math.max(0, ...[...value.matchAll(/`+/g)].map(([run]) => run.length));
}

/**
 * The suite's own prose, with names in it: Markdown, HTML and table borders lose their meaning, an address becomes no
 * link, and an invisible word joiner keeps `@name` from calling anybody.
 */
export function text(value: string): string {
  return html(value)
    .replace(/[\\`*_{}[\]()#+!|~]|:(?=\/\/)/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll('@', '&#64;&#8288;');
}

/** A code span whose fence is longer than any run of backticks inside; a table border in it is kept from ending the cell. */
export function code(value: string): string {
  const clean = escapeControl(value).replaceAll('|', '\\|');
  const longest = longestRun(clean);
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${clean}${fence}` : `${fence} ${clean} ${fence}`;
}

function html(value: string): string {
  return escapeControl(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function link(url: string): string {
  return /^https?:\/\//.test(url)
    ? encodeURI(url).replace(/[()]/g, (character) => (character === '(' ? '%28' : '%29'))
    : '#';
}
