import { LEVELS } from '../../../requirements/define.ts';
import { STATUSES, type Status } from '../../../requirements/outcome.ts';
import type { Report, RequirementReport } from '../../report-model.ts';
import { LEVEL_WORDS, STATUS_WORDS } from '../../words.ts';
import {
  type Column,
  type ColumnMode,
  cellAddress,
  cellLookup,
  columnsOf,
  defaultMode,
  type MatrixCell,
  shownColumns,
  stepsOf,
  urgencyOf,
  usefulModes,
} from '../cells.ts';
import { type Element, h } from '../element.ts';
import { section } from './parts.ts';

/** Up to so many columns, a cell has room for the word beside the symbol. */
const WIDE_CELLS = 6;

const MODE_WORDS: Readonly<Record<ColumnMode, string>> = {
  engine: 'engines',
  builder: 'builders',
  detail: 'builders and savers',
};

export function matrix(report: Report): Element {
  const mode = defaultMode(report);
  return section(
    'matrix',
    'Every requirement',
    legend(report),
    filters(report, mode),
    h('p', { class: 'shown', role: 'status', 'data-shown': true }),
    h(
      'div',
      {
        class: 'scroll matrix',
        tabindex: 0,
        role: 'group',
        'aria-label': 'Matrix of requirements; arrow keys move between cells',
      },
      matrixTable(report, mode),
    ),
  );
}

export function matrixTable(report: Report, mode: ColumnMode): Element {
  const columns = shownColumns(report, mode);
  const cell = cellLookup(columns);
  return h(
    'table',
    { class: `cells ${columns.length <= WIDE_CELLS ? 'wide' : 'narrow'}`, 'data-mode': mode },
    h('caption', { class: 'hidden' }, 'Requirements by step; one column for each engine or archive'),
    matrixHead(columns),
    [...stepsOf(report)].map(([step, requirements]) => matrixGroup(step, requirements, columns, cell)),
  );
}

/** One row, or two where engines have several columns: the engine above, builder and saver below. */
function matrixHead(columns: readonly Column[]): Element {
  const grouped = columns.some(({ label }) => label !== '');
  const owners = columns.filter(({ owner }, position) => owner !== columns[position - 1]?.owner);
  const short = withoutCommonFolders([...new Set(columns.map(({ owner }) => owner))]);
  const head = ({ label, owner }: Column) => {
    const text = label || (short.get(owner) ?? owner);
    const title = label === '' && text !== owner && owner;
    return h(
      'th',
      { scope: 'col', 'data-owner': owner, ...(title && { title }) },
      h('span', { class: 'upright' }, text),
    );
  };
  return h(
    'thead',
    {},
    grouped &&
      h(
        'tr',
        { class: 'owners' },
        h('td', {}),
        owners.map(({ owner }) =>
          h(
            'th',
            {
              scope: 'colgroup',
              colspan: columns.filter((column) => column.owner === owner).length,
              'data-owner': owner,
            },
            owner,
          ),
        ),
      ),
    h('tr', {}, h('th', { scope: 'col', class: 'corner' }, 'Requirement'), columns.map(head)),
  );
}

/** Paths side by side, without the folders and file name that all of them share: those would hide what differs. */
function withoutCommonFolders(paths: readonly string[]): ReadonlyMap<string, string> {
  const parts = paths.map((path) => path.split('/'));
  const [first = []] = parts;
  const most = Math.min(...parts.map(({ length }) => length)) - 1;
  const isShared = (at: number) => parts.every((each) => each.at(at) === first.at(at));
  let [start, end] = [0, 0];
  while (paths.length > 1 && start < most && isShared(start)) start += 1;
  while (paths.length > 1 && start + end < most && isShared(-1 - end)) end += 1;
  return new Map(
    paths.map((path, at) => [path, (parts[at] ?? []).slice(start, -end || undefined).join('/')]),
  );
}

function matrixGroup(
  step: string,
  requirements: readonly RequirementReport[],
  columns: readonly Column[],
  cell: (requirement: RequirementReport, column: Column) => MatrixCell,
): Element {
  return h(
    'tbody',
    { 'data-step': step },
    h(
      'tr',
      { class: 'step' },
      h(
        'th',
        { scope: 'rowgroup', colspan: columns.length + 1 },
        h('span', {}, `${step} `, h('small', {}, String(requirements.length))),
      ),
    ),
    urgentFirst(requirements, columns, cell).map((requirement) =>
      h(
        'tr',
        { 'data-id': requirement.id, 'data-level': requirement.level },
        h(
          'th',
          { scope: 'row' },
          requirement.title,
          ' ',
          h('small', {}, h('code', {}, requirement.id), ` ${LEVEL_WORDS[requirement.level].word}`),
        ),
        columns.map((column) => matrixCell(cell(requirement, column), columns.length <= WIDE_CELLS)),
      ),
    ),
  );
}

/** What needs attention stands above what holds; otherwise the order of the catalogue. */
function urgentFirst(
  requirements: readonly RequirementReport[],
  columns: readonly Column[],
  cell: (requirement: RequirementReport, column: Column) => MatrixCell,
): readonly RequirementReport[] {
  const urgency = new Map(
    requirements.map((requirement) => [
      requirement.id,
      Math.max(0, ...columns.map((column) => urgencyOf(cell(requirement, column).status))),
    ]),
  );
  return requirements.toSorted((a, b) => (urgency.get(b.id) ?? 0) - (urgency.get(a.id) ?? 0));
}

/** A wide cell says symbol and word; a narrow one shows the symbol, and says the word to a screen reader. */
function matrixCell({ requirement, column, status }: MatrixCell, wide: boolean): Element {
  if (status === undefined) return h('td', {});
  const { symbol, word } = STATUS_WORDS[status];
  const href = cellAddress(requirement.id, column.id);
  if (!wide) return h('td', {}, h('a', { class: status, 'aria-label': word, href }, symbol));
  return h(
    'td',
    {},
    h('a', { class: status, href }, h('span', { 'aria-hidden': 'true' }, symbol), ` ${word}`),
  );
}

function filters(report: Report, mode: ColumnMode): Element {
  const modes = usefulModes(report);
  const owners = [...new Set(columnsOf(report, 'engine').map(({ owner }) => owner))];
  const found = requirementsByStatus(report);
  const levels = new Set(report.requirements.map(({ level }) => level));
  const steps = [...stepsOf(report).keys()];
  return h(
    'form',
    { class: 'filters', hidden: true, 'aria-label': 'Filter the matrix' },
    h(
      'label',
      { class: 'search' },
      'Search ',
      h('input', {
        type: 'search',
        name: 'search',
        placeholder: 'title, id, citation or engine',
        autocomplete: 'off',
      }),
    ),
    choice(
      'level',
      'Level',
      LEVELS.filter((level) => levels.has(level)).map((level) => [level, LEVEL_WORDS[level].word]),
    ),
    steps.length > 1 &&
      choice(
        'step',
        'Step',
        steps.map((step) => [step, step]),
      ),
    owners.length > 1 &&
      choice(
        'engine',
        report.engines.length > 0 ? 'Engine' : 'Archive',
        owners.map((owner) => [owner, owner]),
      ),
    modes.length > 1 &&
      h(
        'label',
        {},
        'Columns ',
        h(
          'select',
          { name: 'columns' },
          modes.map((each) => h('option', { value: each, selected: each === mode }, MODE_WORDS[each])),
        ),
      ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Status'),
      [...STATUSES]
        .reverse()
        .filter((status) => found.has(status))
        .map((status) =>
          h(
            'label',
            { class: `toggle ${status}` },
            h('input', { type: 'checkbox', name: 'status', value: status }),
            h(
              'span',
              {},
              h('span', { 'aria-hidden': 'true' }, `${STATUS_WORDS[status].symbol} `),
              `${STATUS_WORDS[status].word} `,
              h('b', {}, String(found.get(status)?.size ?? 0)),
            ),
          ),
        ),
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Only what'),
      ONLY.filter(([value]) => value !== 'differs' || columnsOf(report, mode).length > 1).map(
        ([value, word]) =>
          h(
            'label',
            { class: 'toggle unsupported' },
            h('input', { type: 'checkbox', name: 'only', value }),
            h('span', {}, word),
          ),
      ),
    ),
    h('button', { type: 'reset' }, 'Show all'),
  );
}

/** Rows that a person looks for first. */
const ONLY = [
  ['attention', 'needs attention'],
  ['differs', 'differs between columns'],
] as const;

/** How many requirements have each status somewhere. */
function requirementsByStatus(report: Report): ReadonlyMap<Status, ReadonlySet<string>> {
  const found = new Map<Status, Set<string>>();
  for (const { id, status } of report.subjects.flatMap(({ outcomes }) => outcomes))
    found.set(status, (found.get(status) ?? new Set()).add(id));
  return found;
}

function choice(name: string, word: string, options: readonly (readonly [string, string])[]): Element {
  return h(
    'label',
    {},
    `${word} `,
    h(
      'select',
      { name },
      h('option', { value: '' }, 'all'),
      options.map(([value, text]) => h('option', { value }, text)),
    ),
  );
}

function legend(report: Report): Element {
  const statuses = new Set(report.subjects.flatMap(({ outcomes }) => outcomes.map(({ status }) => status)));
  const levels = new Set(report.requirements.map(({ level }) => level));
  const item = (mark: Element, meaning: string) => h('div', {}, h('dt', {}, mark), h('dd', {}, meaning));
  return h(
    'dl',
    { class: 'legend' },
    STATUSES.filter((status) => statuses.has(status)).map((status) =>
      item(
        h(
          'span',
          { class: `badge ${status}` },
          `${STATUS_WORDS[status].symbol} ${STATUS_WORDS[status].word}`,
        ),
        STATUS_WORDS[status].meaning,
      ),
    ),
    LEVELS.filter((level) => levels.has(level)).map((level) =>
      item(h('span', { class: 'level' }, LEVEL_WORDS[level].word), LEVEL_WORDS[level].meaning),
    ),
  );
}
