import type { Report, SubjectReport } from '../../model.ts';
import { count, ownerOf, type Problem, problemsOf, unreadableOf } from '../../summary.ts';
import { LEVEL_WORDS } from '../../words.ts';
import { cellAddress } from '../cells.ts';
import { type Element, h } from '../element.ts';
import { comparison } from './finding.ts';
import { outside, section, statusBadge } from './parts.ts';

/** Cards written into the file; the matrix has all of them. */
const MAX_CARDS = 60;

/** What needs attention, why it matters and what to do: one card for each requirement, worst first. */
export function problems(report: Report): Element {
  const all = problemsOf(report);
  const unreadable = unreadableOf(report);
  if (all.length === 0 && unreadable.length === 0) {
    return section(
      'problems',
      'What needs attention',
      h('p', { class: 'calm' }, 'Nothing: every requirement that applies holds.'),
    );
  }
  return section(
    'problems',
    'What needs attention',
    h(
      'div',
      { class: 'cards' },
      unreadable.slice(0, MAX_CARDS).map(unreadableCard),
      all.slice(0, MAX_CARDS).map(card),
    ),
    all.length > MAX_CARDS && h('p', {}, `${count(all.length - MAX_CARDS, 'more')} in the matrix below.`),
  );
}

/** What could not even be read or started, so that nothing is known of it. */
function unreadableCard({ subject, reason, times }: ReturnType<typeof unreadableOf>[number]): Element {
  const [first = '', ...rest] = reason.split('\n');
  return h(
    'article',
    { class: 'card error' },
    h('header', {}, statusBadge('error')),
    h('h3', {}, subject),
    h('p', { class: 'reason' }, first, times > 1 && ` (${times} times)`),
    rest.length > 0 &&
      h(
        'details',
        {},
        h('summary', {}, 'All of it'),
        rest.slice(0, 60).map((line) => h('div', { class: 'line' }, line)),
      ),
  );
}

function card({ requirement, status, judged }: Problem): Element {
  const first = judged.find(({ outcome }) => outcome.findings.length > 0) ?? judged[0];
  const finding = first?.outcome.findings[0];
  const owners = new Map<string, SubjectReport>(judged.map(({ subject }) => [ownerOf(subject), subject]));
  return h(
    'article',
    { class: `card ${status}` },
    h(
      'header',
      {},
      statusBadge(status),
      h('span', { class: 'level' }, LEVEL_WORDS[requirement.level].word),
      h('code', { class: 'id' }, requirement.id),
    ),
    h('h3', {}, requirement.title),
    h(
      'p',
      { class: 'owners' },
      'On ',
      [...owners.keys()].map((owner) =>
        h('a', { class: 'owner', href: cellAddress(requirement.id, owner) }, owner),
      ),
    ),
    finding !== undefined && comparison(finding),
    finding === undefined &&
      first?.outcome.reason !== undefined &&
      h('p', { class: 'reason' }, first.outcome.reason),
    h('p', { class: 'consequence' }, requirement.consequence),
    h(
      'p',
      { class: 'source' },
      outside(requirement.source.url, `${requirement.source.document}, ${requirement.source.section}`),
    ),
  );
}
