import type { ArchiveReport } from '../../report-model.ts';
import { type Element, h } from '../element.ts';
import { section } from './parts.ts';

/** The explorer's frame; the archive chosen is drawn in the browser. */
export function archives(all: readonly ArchiveReport[]): Element | undefined {
  if (all.length === 0) return undefined;
  const options = all.map(({ id, source }) =>
    h('option', { value: id }, id === source ? id : `${id} (${source})`),
  );
  return section(
    'archives',
    'Inside the archives',
    h(
      'form',
      { class: 'filters', hidden: true, 'data-explorer': true, 'aria-label': 'Choose archives' },
      all.length > 1 && h('label', {}, 'Archive ', h('select', { name: 'archive' }, options)),
      all.length > 1 &&
        h('label', {}, 'beside ', h('select', { name: 'with' }, h('option', { value: '' }, 'none'), options)),
    ),
    h(
      'div',
      { 'data-explorer-view': true },
      h('p', { class: 'aside' }, 'The explorer needs scripts; the JSON report holds the same.'),
    ),
  );
}
