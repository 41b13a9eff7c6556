import { describeEffects, effectsOf } from '../../consumers/describe-receptions.ts';
import type { Reception } from '../../consumers/reception.ts';
import {
  type MeasuredArchive,
  type MeasuredConsumer,
  type ReceptionTable,
  seriesOf,
} from '../../consumers/receptions.ts';
import { type Child, type Element, h } from '../../report/html/element.ts';
import { toHtml } from '../../report/html/to-html.ts';
import { PAGE_STYLE } from './page-style.ts';

const SIGNS: Readonly<Record<Reception['status'], string>> = {
  taken: '✓',
  lossy: '◐',
  refused: '✗',
  crashed: '☠',
  hung: '∞',
};

const MEANINGS: Readonly<Record<Reception['status'], string>> = {
  taken: 'taken, and the same as the archive states',
  lossy: 'taken, but images, names, platforms or files are others',
  refused: 'refused, in the words of the consumer',
  crashed: 'the consumer crashed',
  hung: 'no answer within the time that one archive has',
};

/** The table as one file: archives by consumers, with what changes from one version to the next marked. */
export function renderReceptions(table: ReceptionTable): string {
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', {}, 'Receptions: archives by consumers'),
  );
  // The style is a constant of this project; nothing of an archive is in it.
  const page = toHtml(h('html', { lang: 'en' }, head, h('body', {}, ...bodyOf(table))));
  return `<!doctype html>\n${page.replace('</head>', `<style>${PAGE_STYLE}</style></head>`)}\n`;
}

function bodyOf(table: ReceptionTable): readonly Child[] {
  return [
    h('h1', {}, 'Receptions'),
    h(
      'p',
      {},
      `What ${table.consumers.length} real consumers do with ${table.archives.length} archives. `,
      'A cell with a bar on its left differs from the version before. A pale cell says nothing about the defect: ',
      'the consumer does not take the same archive without it either. Each cell shows its words when pointed at.',
    ),
    h(
      'ul',
      { class: 'legend' },
      Object.entries(SIGNS).map(([status, sign]) => legendItem(status as Reception['status'], sign)),
    ),
    h(
      'p',
      { class: 'filters' },
      h(
        'label',
        {},
        h('input', { type: 'checkbox', id: 'only-effects' }),
        ' only where a consumer does not take it',
      ),
      h(
        'label',
        {},
        h('input', { type: 'checkbox', id: 'only-changes' }),
        ' only what changes with a version',
      ),
    ),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Archives by consumers' },
      h('table', {}, headOf(table.consumers), ...groupsOf(table)),
    ),
  ];
}

function legendItem(status: Reception['status'], sign: string): Element {
  return h('li', {}, h('span', { class: status }, sign), ` ${MEANINGS[status]}`);
}

function headOf(consumers: readonly MeasuredConsumer[]): Element {
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th', { scope: 'col' }, 'Archive'),
      ...consumers.map((consumer, position) =>
        h(
          'th',
          {
            scope: 'col',
            class: isFirst(consumers, position) ? 'series' : undefined,
            title: titleOf(consumer),
          },
          h('span', {}, `${seriesOf(consumer)} ${consumer.version}`),
        ),
      ),
    ),
  );
}

function titleOf({ title, measured, packages }: MeasuredConsumer): string {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return `${title}\nmeasured ${measured}\n${versions.join('\n')}`;
}

/** The kind of an archive is the first part of its id. */
function groupsOf(table: ReceptionTable): readonly Element[] {
  const kinds = [...new Set(table.archives.map(({ id }) => kindOf(id)))];
  const controls = new Map(table.archives.map((archive) => [archive.id, archive]));
  return kinds.map((kind) =>
    h(
      'tbody',
      {},
      h('tr', { class: 'kind' }, h('th', { colspan: table.consumers.length + 1, scope: 'colgroup' }, kind)),
      ...table.archives
        .filter(({ id }) => kindOf(id) === kind)
        .map((archive) => rowOf(table, archive, controls.get(archive.control ?? ''))),
    ),
  );
}

function kindOf(id: string): string {
  return id.split('/', 1)[0] ?? '';
}

function rowOf(
  table: ReceptionTable,
  archive: MeasuredArchive,
  control: MeasuredArchive | undefined,
): Element {
  const { consumers } = table;
  const cells = consumers.map((_, position) => {
    const before = isFirst(consumers, position) ? undefined : archive.receptions[position - 1];
    const now = archive.receptions[position];
    const isChanged = before !== undefined && now !== undefined && before.status !== now.status;
    const isSilent = control !== undefined && !isTaken(control.receptions[position]);
    return { now, isChanged, isSilent };
  });
  const effects = effectsOf(table, archive.id);
  const classes = [
    ...(cells.some(({ isChanged, isSilent }) => isChanged && !isSilent) ? ['changes'] : []),
    ...(effects.some(({ effect }) => effect !== 'takes') ? ['effects'] : []),
  ];
  return h(
    'tr',
    { id: archive.id, class: classes.join(' ') },
    h(
      'th',
      { scope: 'row' },
      h('span', { class: 'id' }, archive.id.slice(kindOf(archive.id).length + 1)),
      h('span', { class: 'title' }, archive.title),
      control ? h('span', { class: 'sentence' }, describeEffects(effects) ?? '') : undefined,
    ),
    ...cells.map(({ now, isChanged, isSilent }, position) =>
      h(
        'td',
        {
          class: [
            now?.status ?? 'unknown',
            ...(isChanged ? ['changed'] : []),
            ...(isSilent ? ['silent'] : []),
            ...(isFirst(consumers, position) ? ['series'] : []),
          ].join(' '),
          title: now && [consumers[position]?.title ?? '', ...wordsOf(now)].join('\n'),
        },
        now ? SIGNS[now.status] : '',
      ),
    ),
  );
}

function isFirst(consumers: readonly MeasuredConsumer[], position: number): boolean {
  const [before, own] = [consumers[position - 1], consumers[position]];
  return !before || !own || seriesOf(before) !== seriesOf(own);
}

function isTaken(reception: Reception | undefined): boolean {
  return reception?.status === 'taken' || reception?.status === 'lossy';
}

function wordsOf({ status, words, lost = [], root = [], run }: Reception): readonly string[] {
  return [
    ...(words === undefined ? [status] : [words]),
    ...(lost.length === 0 ? [] : [`lost: ${lost.join(', ')}`]),
    ...root.map((difference) => `root: ${difference}`),
    ...(run === undefined ? [] : [`run: ${run}`]),
  ];
}
