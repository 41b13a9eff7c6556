import { absentParts } from '../../flow-table.ts';
import type { Report } from '../../report-model.ts';
import { countStep, type StepCount, stepNames } from '../../step-counts.ts';
import { STATUS_WORDS } from '../../words.ts';
import { type Column, defaultMode, shownColumns } from '../cells.ts';
import { type Element, h } from '../element.ts';
import { section } from './parts.ts';

/** The whole run on one screen: how much of each step holds, by builders of one engine or by engines. */
export function steps(report: Report): Element | undefined {
  if (report.engines.length === 0 || report.subjects.length === 0) return undefined;
  const mode = defaultMode(report);
  const columns = shownColumns(report, mode);
  const byEngine = mode === 'engine';
  return section(
    'steps',
    byEngine ? 'Steps by engines' : 'Steps by builders',
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'How much of each step holds' },
      h(
        'table',
        { class: 'plain steps' },
        h('caption', { class: 'hidden' }, 'Results that hold, out of those that were judged'),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Step'),
            columns.map(({ owner, label }) => h('th', { scope: 'col' }, label || owner)),
          ),
        ),
        h(
          'tbody',
          {},
          stepNames(report).map((step) => row(report, step, columns, byEngine)),
        ),
      ),
    ),
    !byEngine &&
      absentParts(report).map(({ names, reason }) =>
        h('p', { class: 'aside' }, `Not tried: ${names.join(', ')}. ${reason}`),
      ),
  );
}

function row(report: Report, step: string, columns: readonly Column[], byEngine: boolean): Element {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, step),
    columns.map(({ owner, subjects }) => {
      const filter = new URLSearchParams({ step, ...(byEngine && { engine: owner }) });
      return cell(countStep(report, step, subjects), `#${filter}`);
    }),
  );
}

function cell(count: StepCount | undefined, href: string): Element {
  if (count === undefined) return h('td', {});
  const { status, held, judged } = count;
  const { symbol, word } = STATUS_WORDS[status];
  const text = judged === 0 ? word : held === judged ? String(held) : `${held} of ${judged}`;
  return h(
    'td',
    {},
    h(
      'a',
      { class: `count ${status}`, href, title: word },
      h('span', { 'aria-hidden': 'true' }, `${symbol} `),
      text,
    ),
  );
}
