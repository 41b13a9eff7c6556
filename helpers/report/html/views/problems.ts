import type { Report, SubjectReport } from '../../report-model.ts';
import {
  type Cause,
  causesOf,
  count,
  ownerOf,
  problemsOf,
  type ReportProblem,
  reachOf,
} from '../../summary.ts';
import { LEVEL_WORDS } from '../../words.ts';
import { cellAddress } from '../cells.ts';
import { type Element, h } from '../element.ts';
import { comparison } from './finding.ts';
import { outside, section, statusBadge } from './parts.ts';

/** Cards written into the file; the matrix has all of them. */
const MAX_CARDS = 60;
/** Lines of one cause. */
const MAX_LINES = 60;

/** What needs attention, why it matters and what to do: one card for each requirement, worst first; then causes. */
export function problems(report: Report): Element {
  const all = problemsOf(report);
  const causes = causesOf(report);
  if (all.length === 0 && causes.length === 0) {
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
      all.slice(0, MAX_CARDS).map(card),
      causes.slice(0, MAX_CARDS).map(causeCard),
    ),
    all.length > MAX_CARDS && h('p', {}, `${count(all.length - MAX_CARDS, 'more')} in the matrix below.`),
  );
}

/** Why something could not be judged, and where. What follows from it is not known, so nothing is said of it. */
function causeCard(cause: Cause): Element {
  const [first = '', ...rest] = cause.reason.split('\n');
  const lines = [...rest, ...cause.subjects, ...cause.requirements].slice(0, MAX_LINES);
  return h(
    'article',
    { class: 'card error' },
    h('header', {}, statusBadge('error')),
    h('h3', {}, reachOf(cause)),
    h('p', { class: 'reason' }, first),
    h(
      'details',
      {},
      h('summary', {}, 'All of it'),
      lines.map((line) => h('div', { class: 'line' }, line)),
    ),
  );
}

function card({ requirement, status, judged }: ReportProblem): Element {
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
