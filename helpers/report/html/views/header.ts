import { STATUSES } from '../../../requirements/outcome.ts';
import { formatDuration } from '../../duration.ts';
import type { Report } from '../../model.ts';
import { count, tally, verdictSentence } from '../../summary.ts';
import { STATUS_WORDS, VERDICT_WORDS } from '../../words.ts';
import { type Child, type Element, h } from '../element.ts';
import { command } from './parts.ts';

const KINDS: Readonly<Record<Report['kind'], string>> = {
  conformance: 'The documented flow on one engine',
  matrix: 'The documented flow on every engine',
  check: 'Saved images checked',
};

/** The verdict in one sentence, when it was reached, and how to reach it again. */
export function header(report: Report): Element {
  const { symbol } = VERDICT_WORDS[report.verdict];
  const [word, ...reason] = verdictSentence(report).split(': ');
  return h(
    'header',
    { class: `verdict ${report.verdict}` },
    h('p', { class: 'kind' }, `${report.suite.name} ${report.suite.version} · ${KINDS[report.kind]}`),
    h(
      'h1',
      {},
      h('span', { class: 'symbol', 'aria-hidden': 'true' }, symbol),
      h('span', {}, h('strong', {}, `${word}: `), unbroken(reason.join(': '))),
    ),
    h(
      'dl',
      { class: 'facts' },
      h(
        'div',
        {},
        h('dt', {}, 'Date'),
        h(
          'dd',
          {},
          h('time', { datetime: report.startedAt }, showDate(report.startedAt)),
          `, took ${formatDuration(report.durationMs)}`,
        ),
      ),
      h('div', {}, h('dt', {}, 'Tested'), h('dd', {}, tested(report))),
      h('div', {}, h('dt', {}, 'Run it again'), h('dd', {}, command(report.command))),
    ),
    totals(report),
  );
}

function tested(report: Report): string {
  const engines = report.engines.filter(({ available }) => available).length;
  const what = [
    ...(report.engines.length > 0 ? [count(engines, 'engine')] : []),
    ...(report.archives.length > 0 ? [count(report.archives.length, 'archive')] : []),
    count(report.requirements.length, 'requirement'),
    count(
      report.subjects.reduce((sum, { outcomes }) => sum + outcomes.length, 0),
      'result',
    ),
  ];
  return what.join(', ');
}

/** Names such as `docker-28` stay on one line. */
function unbroken(sentence: string): readonly Child[] {
  return sentence
    .split(/( )/)
    .map((word) => (word.includes('-') && word.length < 40 ? h('span', { class: 'unbroken' }, word) : word));
}

export function showDate(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** How often each status occurs; a click shows the requirements that have it. */
function totals(report: Report): Element {
  const counts = tally(report.subjects.flatMap(({ outcomes }) => outcomes));
  return h(
    'ul',
    { class: 'totals', 'aria-label': 'Results by status' },
    [...STATUSES]
      .reverse()
      .filter((status) => counts[status] > 0)
      .map((status) =>
        h(
          'li',
          {},
          h(
            'a',
            { class: `total ${status}`, href: `#status=${status}`, title: STATUS_WORDS[status].meaning },
            h('span', { 'aria-hidden': 'true', class: 'symbol' }, STATUS_WORDS[status].symbol),
            h('b', {}, String(counts[status])),
            ` ${STATUS_WORDS[status].word}`,
          ),
        ),
      ),
  );
}
