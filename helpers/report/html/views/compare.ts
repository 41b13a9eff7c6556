import type { ArchiveReport } from '../../report-model.ts';
import { count } from '../../summary.ts';
import { archiveDifferences, type DifferenceRow, isSameRow } from '../differences.ts';
import { type Element, h } from '../element.ts';

/** Two archives side by side, differences marked by a symbol, a word and a colour. */
export function compareView(left: ArchiveReport, right: ArchiveReport): Element {
  const groups = archiveDifferences(left, right);
  const differing = groups.reduce((sum, { rows }) => sum + rows.filter((row) => !isSameRow(row)).length, 0);
  return h(
    'div',
    { class: 'compare' },
    h(
      'p',
      { class: 'calm' },
      differing === 0
        ? 'The two archives agree in everything the report keeps.'
        : `${count(differing, 'difference')}.`,
    ),
    h(
      'label',
      { class: 'only' },
      h('input', { type: 'checkbox', name: 'only-differences' }),
      ' Only differences',
    ),
    groups
      .filter(({ rows }) => rows.length > 0)
      .map(({ title, rows }) => {
        const here = rows.filter((row) => !isSameRow(row)).length;
        return h(
          'details',
          { open: here > 0, class: here > 0 ? 'differs' : 'same' },
          h(
            'summary',
            {},
            `${title} `,
            h(
              'small',
              {},
              here === 0 ? `same, ${count(rows.length, 'row')}` : `${here} of ${rows.length} differ`,
            ),
          ),
          h(
            'div',
            { class: 'scroll bounded', tabindex: 0, role: 'group', 'aria-label': title },
            h(
              'table',
              { class: 'plain sides' },
              h(
                'thead',
                {},
                h(
                  'tr',
                  {},
                  ['', '', left.id, right.id].map((head, position) =>
                    position < 2 ? h('td', {}) : h('th', { scope: 'col' }, head),
                  ),
                ),
              ),
              h('tbody', {}, rows.map(differenceRow)),
            ),
          ),
        );
      }),
  );
}

function differenceRow(row: DifferenceRow): Element {
  const mark = markOf(row);
  return h(
    'tr',
    { class: mark.name },
    h(
      'td',
      { class: 'mark' },
      h('span', { 'aria-hidden': 'true' }, mark.symbol),
      h('span', { class: 'hidden' }, mark.word),
    ),
    h('th', { scope: 'row' }, row.name),
    [row.left, row.right].map((value) =>
      h('td', {}, value === undefined ? h('em', {}, 'none') : h('code', {}, value)),
    ),
  );
}

function markOf(row: DifferenceRow): {
  readonly name: string;
  readonly symbol: string;
  readonly word: string;
} {
  if (isSameRow(row)) return { name: 'same', symbol: '=', word: 'same' };
  if (row.right === undefined) return { name: 'differs', symbol: '◀', word: 'only left' };
  if (row.left === undefined) return { name: 'differs', symbol: '▶', word: 'only right' };
  return { name: 'differs', symbol: '≠', word: 'differs' };
}
