import type { Json } from '../../../common/json.ts';
import { STATUSES, type Status } from '../../../requirements/outcome.ts';
import { formatDuration } from '../../duration.ts';
import {
  byWeight,
  type GateItem,
  type GateReport,
  type GateWeight,
  type StackDifference,
  type Timing,
} from '../../gate-model.ts';
import { count } from '../../summary.ts';
import { STATUS_WORDS, WEIGHT_WORDS } from '../../words.ts';
import { cellAddress } from '../cells.ts';
import { type Element, h } from '../element.ts';
import { showDate } from './header.ts';
import { section, showValue } from './parts.ts';

const LISTS = [
  {
    key: 'broken',
    symbol: '✗',
    title: 'Broken',
    meaning: 'Held on the baseline, fails on the candidate.',
    none: 'No requirement breaks.',
  },
  {
    key: 'changed',
    symbol: '≠',
    title: 'Changed',
    meaning: 'Observable things that differ; no requirement breaks.',
    none: 'Nothing observable changes.',
  },
  {
    key: 'fixed',
    symbol: '★',
    title: 'Fixed',
    meaning: 'Failed on the baseline, holds on the candidate.',
    none: 'Nothing was fixed.',
  },
] as const;

/** What an upgrade breaks, changes and fixes, each with advice. */
export function gate(report: GateReport, candidateOwners: ReadonlySet<string>): Element {
  return section(
    'gate',
    'Upgrade gate',
    h(
      'dl',
      { class: 'properties' },
      h(
        'div',
        {},
        h('dt', {}, 'From'),
        h('dd', {}, `${report.baseline.name}, ${showDate(report.baseline.date)}`),
      ),
      h(
        'div',
        {},
        h('dt', {}, 'To'),
        h('dd', {}, `${report.candidate.name}, ${showDate(report.candidate.date)}`),
      ),
    ),
    report.notJudged.length > 0 && [
      h('h3', {}, '? Not judged'),
      h(
        'ul',
        {},
        report.notJudged.map((line) => h('li', {}, line)),
      ),
    ],
    LISTS.map(({ key, symbol: mark, title, meaning, none }) => {
      const items = report[key];
      return h(
        'div',
        { class: `gate-list ${key}` },
        h(
          'h3',
          {},
          h('span', { 'aria-hidden': 'true' }, `${mark} `),
          `${title} `,
          h('small', {}, String(items.length)),
        ),
        h('p', { class: 'meaning' }, items.length === 0 ? none : meaning),
        key === 'changed'
          ? byWeight(items).map(({ weight, items: these }) => weighed(weight, these, candidateOwners))
          : items.length > 0 && cards(items, key, candidateOwners),
      );
    }),
    report.unchanged !== undefined &&
      h(
        'p',
        { class: 'calm' },
        `Unchanged: ${count(report.unchanged.requirements, 'requirement')} and ${count(report.unchanged.observations, 'observation')}.`,
      ),
    (report.notes ?? []).length > 0 &&
      h(
        'ul',
        {},
        (report.notes ?? []).map((note) => h('li', {}, note)),
      ),
    stack(report.stackDifferences),
    timings(report.timings ?? []),
  );
}

/** Changes of one weight under a heading of their own; what is cosmetic stays folded. */
function weighed(weight: GateWeight, items: readonly GateItem[], owners: ReadonlySet<string>): Element {
  const title = `${WEIGHT_WORDS[weight].replace(/^./, (letter) => letter.toUpperCase())} (${items.length})`;
  if (weight === 'cosmetic')
    return h('details', { class: 'weight' }, h('summary', {}, title), cards(items, 'changed', owners));
  return h('div', { class: 'weight' }, h('h4', {}, title), cards(items, 'changed', owners));
}

function cards(items: readonly GateItem[], list: string, owners: ReadonlySet<string>): Element {
  return h(
    'div',
    { class: 'cards' },
    items.map((item) => gateItem(item, list, owners)),
  );
}

function gateItem(item: GateItem, list: string, owners: ReadonlySet<string>): Element {
  const owner =
    [...owners].find((name) => item.subject.startsWith(`${name}/`)) ??
    (owners.size === 1 ? [...owners][0] : undefined);
  const [before, after] = onlyDifferent(item.before, item.after);
  return h(
    'article',
    { class: `card gate-${list}${item.allowed ? ' allowed' : ''}` },
    h(
      'header',
      {},
      item.allowed && h('span', { class: 'badge known' }, `◆ allowed by ${item.allowed.by}`),
      h('code', { class: 'id' }, item.id),
    ),
    h('h4', {}, item.title),
    placeOfItem(item),
    h(
      'dl',
      { class: 'change' },
      h('div', { class: 'side' }, h('dt', {}, 'Before'), h('dd', {}, showSide(before))),
      h('div', { class: 'side' }, h('dt', {}, 'After'), h('dd', {}, showSide(after))),
    ),
    item.message !== undefined && h('p', { class: 'message' }, item.message),
    h('p', {}, item.consequence),
    h('p', { class: 'advice' }, h('b', {}, 'What to do: '), item.advice),
    item.allowed?.reason !== undefined &&
      h('p', { class: 'aside' }, `Allowed because: ${item.allowed.reason}`),
    owner !== undefined &&
      list !== 'changed' &&
      h('p', { class: 'aside' }, h('a', { href: cellAddress(item.id, owner) }, 'Open the finding')),
  );
}

/** Longest list of subjects that stands on the card. */
const MAX_SUBJECTS = 3;

/** Where it holds: in few words where there are such, and all subjects when asked for. */
function placeOfItem({ where, subject, subjects = [subject] }: GateItem): Element {
  if (subjects.length <= MAX_SUBJECTS)
    return h('p', { class: 'owners' }, 'On ', h('code', {}, subjects.join(', ')));
  return h(
    'details',
    { class: 'owners' },
    h('summary', {}, `On ${where ?? 'several subjects'} (${subjects.length})`),
    h('code', {}, subjects.join(', ')),
  );
}

/** Of two objects the fields that differ; all others say the same twice. `gate.json` has them. */
function onlyDifferent(before: Json | undefined, after: Json | undefined): readonly (Json | undefined)[] {
  if (!isObject(before) || !isObject(after)) return [before, after];
  const isSame = (key: string) => JSON.stringify(before[key]) === JSON.stringify(after[key]);
  return [before, after].map((side) =>
    Object.fromEntries(Object.entries(side).filter(([key]) => !isSame(key))),
  );
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function showSide(value: Json | undefined): Element {
  if (value === undefined) return h('em', {}, 'nothing');
  if (isStatus(value)) {
    return h(
      'span',
      { class: `badge ${value}` },
      `${STATUS_WORDS[value].symbol} ${STATUS_WORDS[value].word}`,
    );
  }
  return h('code', { class: 'value' }, showValue(value));
}

function isStatus(value: Json): value is Status {
  return STATUSES.some((status) => status === value);
}

/** Information only: no verdict rests on it. */
function timings(all: readonly Timing[]): Element | undefined {
  if (all.length === 0) return undefined;
  return h(
    'details',
    {},
    h('summary', {}, 'How long each part took, for information'),
    h(
      'dl',
      { class: 'values' },
      all.map(({ subject, before, after }) =>
        h(
          'div',
          {},
          h('dt', {}, h('code', {}, subject)),
          h('dd', {}, `${formatDuration(before)}, then ${formatDuration(after)}`),
        ),
      ),
    ),
  );
}

function stack(differences: readonly StackDifference[]): Element {
  if (differences.length === 0) return h('p', {}, 'Both sides ran on the same stack.');
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Parts of the stack that differ' },
    h(
      'table',
      { class: 'plain' },
      h('caption', {}, 'Parts of the stack that differ, so that a change can be attributed'),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Part', 'Before', 'After'].map((word) => h('th', { scope: 'col' }, word)),
        ),
      ),
      h(
        'tbody',
        {},
        differences.map(({ part, before, after }) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, part),
            [before, after].map((value) => h('td', {}, value ?? 'none')),
          ),
        ),
      ),
    ),
  );
}
