import type { Json } from '../../../common/json.ts';
import type { Report } from '../../report-model.ts';
import { count } from '../../summary.ts';
import { type Element, h } from '../element.ts';
import { section, showValue } from './parts.ts';

/** Observations whose values differ between subjects, each value with who has it; those that agree are only counted. */
export function observations(report: Report): Element | undefined {
  if (report.observations.length === 0) return undefined;
  const values = new Map<string, Map<string, { value: Json; subjects: string[] }>>();
  for (const { id, subject, value } of report.observations) {
    const these = values.get(id) ?? new Map<string, { value: Json; subjects: string[] }>();
    const key = JSON.stringify(value);
    const one = these.get(key) ?? { value, subjects: [] };
    one.subjects.push(subject);
    these.set(key, one);
    values.set(id, these);
  }
  const differing = [...values].filter(([, these]) => these.size > 1);
  const same = values.size - differing.length;
  return section(
    'observations',
    'What differs without breaking a requirement',
    h(
      'p',
      {},
      `${count(differing.length, 'observation')} ${differing.length === 1 ? 'differs' : 'differ'} between what was tested; ${same} ${same === 1 ? 'is' : 'are'} the same everywhere.`,
    ),
    differing.map(([id, these]) =>
      h(
        'details',
        {},
        h('summary', {}, h('code', {}, id), ` ${these.size} values`),
        h(
          'dl',
          { class: 'values' },
          [...these.values()].map(({ value, subjects }) =>
            h(
              'div',
              {},
              h('dt', {}, h('code', { class: 'value' }, showValue(value))),
              h('dd', {}, subjects.join(', ')),
            ),
          ),
        ),
      ),
    ),
  );
}
