import type { Status } from '../../../requirements/outcome.ts';
import type { Report } from '../../report-model.ts';
import { COLUMN_MODES, type ColumnMode, defaultMode, shownColumns, urgencyOf } from '../cells.ts';
import { matrixTable } from '../views/matrix.ts';
import { find } from './find.ts';
import type { State } from './state.ts';
import { toDom } from './to-dom.ts';

/** One row of the matrix, read once, so that a filter touches only what changes. */
interface Row {
  readonly element: HTMLTableRowElement;
  readonly group: HTMLTableSectionElement;
  readonly level: string;
  readonly step: string;
  readonly words: string;
  readonly cells: readonly HTMLTableCellElement[];
  /** Status by column, `''` where nothing was tested. */
  readonly statuses: readonly string[];
}

interface MatrixControl {
  /** Shows what the state asks for and says how much that is. */
  show(state: State): void;
}

export function controlMatrix(report: Report): MatrixControl {
  const box = find('.scroll.matrix', HTMLElement);
  const said = find('[data-shown]', HTMLElement);
  const words = new Map(
    report.requirements.map(({ id, title, consequence, source }) => [
      id,
      `${id} ${title} ${consequence} ${source.document} ${source.quote}`.toLowerCase(),
    ]),
  );
  let mode: ColumnMode = defaultMode(report);
  let rows = readRows(box, words, ownersOf(report, mode));
  let engineShown = '';

  const build = (next: ColumnMode) => {
    mode = next;
    engineShown = '';
    box.replaceChildren(toDom(matrixTable(report, mode)));
    rows = readRows(box, words, ownersOf(report, mode));
  };

  return {
    show(state) {
      const wanted = COLUMN_MODES.find((known) => known === state.columns) ?? defaultMode(report);
      if (wanted !== mode) build(wanted);
      const owners = ownersOf(report, mode);
      if (state.engine !== engineShown) {
        showColumns(box, rows, owners, state.engine);
        engineShown = state.engine;
      }
      const visible = owners.map((owner) => state.engine === '' || owner === state.engine);
      const statuses = new Set(state.status);
      const search = state.search.trim().toLowerCase();
      const groups = new Map<HTMLTableSectionElement, boolean>();
      let shown = 0;
      for (const row of rows) {
        const matches =
          (state.level === '' || row.level === state.level) &&
          (state.step === '' || row.step === state.step) &&
          (search === '' || row.words.includes(search)) &&
          (statuses.size === 0 ||
            row.statuses.some((status, column) => visible[column] && statuses.has(status))) &&
          isAskedFor(
            row.statuses.filter((_, column) => visible[column]),
            state.only,
          );
        if (row.element.hidden === matches) row.element.hidden = !matches;
        if (matches) shown += 1;
        groups.set(row.group, (groups.get(row.group) ?? false) || matches);
      }
      for (const [group, any] of groups) if (group.hidden === any) group.hidden = !any;
      const text = `${shown} of ${rows.length} requirements shown`;
      if (said.textContent !== text) said.textContent = text;
    },
  };
}

function ownersOf(report: Report, mode: ColumnMode): readonly string[] {
  return shownColumns(report, mode).map(({ owner }) => owner);
}

/** Whether a row needs attention or differs, as far as that is asked. Cells without a result are not compared. */
function isAskedFor(statuses: readonly string[], only: readonly string[]): boolean {
  const needsAttention = statuses.some(wantsAttention);
  const differs = new Set(statuses.filter((status) => status !== '')).size > 1;
  return (!only.includes('attention') || needsAttention) && (!only.includes('differs') || differs);
}

function wantsAttention(status: string): boolean {
  return urgencyOf(status === '' ? undefined : (status as Status)) > 0;
}

/** A search finds a row by its words, and by the engines on which it needs attention. */
function readRows(
  box: HTMLElement,
  words: ReadonlyMap<string, string>,
  owners: readonly string[],
): readonly Row[] {
  const rows: Row[] = [];
  for (const group of box.querySelectorAll('tbody')) {
    for (const element of group.rows) {
      const id = element.dataset.id;
      if (id === undefined) continue;
      const cells = [...element.cells].slice(1);
      const statuses = cells.map((cell) => cell.firstElementChild?.className ?? '');
      const wanting = owners.filter((_, column) => wantsAttention(statuses[column] ?? ''));
      rows.push({
        element,
        group,
        level: element.dataset.level ?? '',
        step: group.dataset.step ?? '',
        words: [words.get(id) ?? '', ...wanting].join(' ').toLowerCase(),
        cells,
        statuses,
      });
    }
  }
  leaveOneStop(rows.flatMap(({ cells }) => cells));
  return rows;
}

/** The first cell stays in the Tab order; the arrow keys reach the others. */
function leaveOneStop(cells: readonly HTMLTableCellElement[]): void {
  let first = true;
  for (const cell of cells) {
    const link = cell.firstElementChild;
    if (link === null) continue;
    link.setAttribute('tabindex', first ? '0' : '-1');
    first = false;
  }
}

function showColumns(
  box: HTMLElement,
  rows: readonly Row[],
  owners: readonly string[],
  engine: string,
): void {
  for (const head of box.querySelectorAll<HTMLElement>('thead [data-owner]')) {
    head.hidden = engine !== '' && head.dataset.owner !== engine;
  }
  for (const { cells } of rows) {
    cells.forEach((cell, column) => {
      cell.hidden = engine !== '' && owners[column] !== engine;
    });
  }
}
