import { citedText } from '../../../requirements/documents.ts';
import { formatLocator } from '../../../requirements/explain.ts';
import type { Finding } from '../../../requirements/outcome.ts';
import { STATUSES } from '../../../requirements/outcome.ts';
import { formatDuration } from '../../duration.ts';
import type { EngineReport, Report } from '../../report-model.ts';
import { reproduceCommand } from '../../reproduce.ts';
import { count, type JudgedOutcome } from '../../summary.ts';
import { LEVEL_WORDS, STATUS_WORDS } from '../../words.ts';
import { archiveAddress, cellAddress, type MatrixCell } from '../cells.ts';
import { type Child, type Element, h } from '../element.ts';
import { command, outside, showValue, statusBadge } from './parts.ts';
import { timesIn, withLinks, withShortDigests } from './readable.ts';

/** Findings of one outcome that the panel shows at once. */
const MAX_FINDINGS = 20;

/** Expected beside actual, each with how it was obtained. */
export function comparison(finding: Finding): Element {
  const side = (name: string, { value, from }: Finding['expected']) =>
    h(
      'div',
      { class: `side ${name}` },
      h('dt', {}, name === 'expected' ? 'Expected' : 'Actual'),
      h(
        'dd',
        {},
        h('code', { class: 'value' }, withShortDigests(showValue(value))),
        timesIn(showValue(value), from).map((time) => h('small', {}, time)),
        from !== '' && h('small', {}, 'from ', withShortDigests(from)),
      ),
    );
  return h(
    'div',
    { class: 'comparison' },
    h('p', { class: 'where' }, 'At ', h('code', {}, withShortDigests(formatLocator(finding.where)))),
    h('dl', {}, side('expected', finding.expected), side('actual', finding.actual)),
  );
}

/** Everything about one cell of the matrix: what was seen, what it means, and how to see it again. */
export function findingPanel(report: Report, cell: MatrixCell): Element {
  const { requirement, column, judged, status } = cell;
  const worstFirst = [...judged].sort(
    (a, b) => STATUSES.indexOf(b.outcome.status) - STATUSES.indexOf(a.outcome.status),
  );
  const engine = report.engines.find(({ name }) => name === column.owner);
  const first = worstFirst[0];
  return h(
    'div',
    { class: 'finding' },
    h(
      'p',
      { class: 'tags' },
      status === undefined ? 'not tested here' : statusBadge(status),
      h(
        'span',
        { class: 'level', title: LEVEL_WORDS[requirement.level].meaning },
        LEVEL_WORDS[requirement.level].word,
      ),
      h('code', { class: 'id' }, requirement.id),
    ),
    h('h2', { id: 'panel-title' }, requirement.title),
    h('p', { class: 'on' }, 'On ', h('b', {}, column.id), engine !== undefined && ` (${engineLine(engine)})`),
    sameOutcomes(worstFirst).map((group) => outcomeView(report, group, worstFirst.length > 1)),
    h('h3', {}, 'What it means'),
    h('p', {}, requirement.consequence),
    h('h3', {}, 'Where it is written'),
    h('blockquote', {}, citedText(requirement.source)),
    h(
      'p',
      {},
      outside(requirement.source.url, `${requirement.source.document}, ${requirement.source.section}`),
      `. ${LEVEL_WORDS[requirement.level].meaning}`,
    ),
    first !== undefined && [
      h('h3', {}, 'See it again'),
      h('p', {}, command(reproduceCommand(report, first.subject, requirement.id))),
    ],
    h(
      'p',
      { class: 'permalink' },
      h('a', { href: cellAddress(requirement.id, column.id) }, 'Link to this cell'),
    ),
  );
}

/** Outcomes that say the same are shown once, with everybody who has them. */
function sameOutcomes(
  judged: readonly JudgedOutcome[],
): readonly (readonly [JudgedOutcome, ...JudgedOutcome[]])[] {
  const groups = new Map<string, [JudgedOutcome, ...JudgedOutcome[]]>();
  for (const each of judged) {
    const { status, reason, deviation, findings } = each.outcome;
    const key = JSON.stringify([status, reason, deviation, findings]);
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  return [...groups.values()];
}

function outcomeView(
  report: Report,
  group: readonly [JudgedOutcome, ...JudgedOutcome[]],
  several: boolean,
): Element {
  const { outcome } = group[0];
  const shown = outcome.findings.slice(0, MAX_FINDINGS);
  const left = outcome.findings.length - shown.length + (outcome.omitted ?? 0);
  const silent = shown.length === 0 && outcome.reason === undefined;
  return h(
    'div',
    { class: `outcome ${outcome.status}` },
    several && h('p', { class: 'subject' }, statusBadge(outcome.status)),
    outcome.reason !== undefined &&
      // That of a deviation is out of the register, with a link.
      h(
        'p',
        { class: 'reason' },
        outcome.deviation === undefined ? outcome.reason : withLinks(outcome.reason),
      ),
    outcome.deviation !== undefined &&
      h('p', {}, `${STATUS_WORDS[outcome.status].meaning} Deviation `, h('code', {}, outcome.deviation)),
    shown.map((finding) => [h('p', { class: 'message' }, finding.message), comparison(finding)]),
    left > 0 && h('p', {}, `${count(left, 'more finding')} of this kind.`),
    silent && outcome.deviation === undefined && h('p', {}, STATUS_WORDS[outcome.status].meaning),
    h(
      'ul',
      { class: 'subjects' },
      group.map((each) => h('li', {}, subjectLine(report, each))),
    ),
  );
}

function subjectLine(report: Report, { subject, outcome }: JudgedOutcome): readonly Child[] {
  const archive = report.archives.find(({ id }) => id === subject.archive);
  return [
    h('code', {}, subject.id),
    outcome.durationMs !== undefined && h('small', {}, formatDuration(outcome.durationMs)),
    archive !== undefined && h('a', { href: archiveAddress(archive.id) }, 'Open the archive'),
  ];
}

function engineLine({ stack }: EngineReport): string {
  const { engine, version, store, buildx, buildkit } = stack;
  return [
    `${engine} ${version}`,
    store && `${store} store`,
    buildx && `buildx ${buildx}`,
    buildkit && `BuildKit ${buildkit}`,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}
