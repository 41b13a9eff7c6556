import { STATUSES } from '../../../requirements/outcome.ts';
import { formatDuration } from '../../duration.ts';
import type { GateReport } from '../../gate-model.ts';
import type { Report, Verdict } from '../../report-model.ts';
import { count, tally, verdictSentence } from '../../summary.ts';
import { GATE_WORDS, STATUS_WORDS, VERDICT_WORDS } from '../../words.ts';
import { type Child, type Element, h } from '../element.ts';
import { command } from './parts.ts';

const KINDS: Readonly<Record<Report['kind'], string>> = {
  conformance: 'The documented flow on one engine',
  matrix: 'The documented flow on every engine',
  tools: 'Images on their way through tools',
  check: 'Saved images checked',
};

/** What a page opens with: its verdict in one sentence, and how to reach it again. */
export interface Hero {
  /** The class of the colour: that of a verdict on a report. */
  readonly verdict: Verdict;
  readonly symbol: string;
  readonly word: string;
  readonly reason: string;
  readonly kind: string;
  readonly command: string;
}

const GATE_COLOURS: Readonly<Record<GateReport['verdict'], Verdict>> = {
  go: 'conforms',
  'no-go': 'does-not-conform',
  'could-not-judge': 'could-not-judge',
};

/** The page of a gate has the gate's verdict, whatever the candidate's own is. */
export function heroOf(report: Report, gate?: GateReport): Hero {
  if (gate) {
    const { symbol, word } = GATE_WORDS[gate.verdict];
    // The sentence begins with the word: `Go from A to B: …`.
    const [first = '', ...rest] = gate.summary.split(': ');
    const saysIt = first.startsWith(word) && rest.length > 0;
    return {
      symbol,
      verdict: GATE_COLOURS[gate.verdict],
      word: saysIt ? first : word,
      reason: saysIt ? rest.join(': ') : gate.summary,
      kind: `Upgrade gate from ${gate.baseline.name} to ${gate.candidate.name}`,
      command: gate.command,
    };
  }
  const [word = '', ...reason] = verdictSentence(report).split(': ');
  return {
    verdict: report.verdict,
    symbol: VERDICT_WORDS[report.verdict].symbol,
    word,
    reason: reason.join(': '),
    kind: KINDS[report.kind],
    command: report.command,
  };
}

/** The first part of a page. */
export function header(report: Report, hero: Hero): Element {
  return h(
    'header',
    { class: `verdict ${hero.verdict}` },
    h('p', { class: 'kind' }, `${report.suite.name} ${report.suite.version} · ${hero.kind}`),
    h(
      'h1',
      {},
      h('span', { class: 'symbol', 'aria-hidden': 'true' }, hero.symbol),
      h('span', {}, h('strong', {}, `${hero.word}: `), unbroken(hero.reason)),
    ),
    h(
      'dl',
      { class: 'properties' },
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
      h('div', {}, h('dt', {}, 'Run it again'), h('dd', {}, command(hero.command))),
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
