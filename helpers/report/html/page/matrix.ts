import type { Report } from '../../report-model.ts';
import { COLUMN_MODES, type ColumnMode, columnsOf, defaultMode } from '../cells.ts';
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

export interface MatrixControl {
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
  let rows = readRows(box, words);
  let engineShown = '';

  const build = (next: ColumnMode) => {
    mode = next;
    engineShown = '';
    box.replaceChildren(toDom(matrixTable(report, mode)));
    rows = readRows(box, words);
  };

  return {
    show(state) {
      const wanted = COLUMN_MODES.find((known) => known === state.columns) ?? defaultMode(report);
      if (wanted !== mode) build(wanted);
      const owners = columnsOf(report, mode).map(({ owner }) => owner);
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
            row.statuses.some((status, column) => visible[column] && statuses.has(status)));
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

function readRows(box: HTMLElement, words: ReadonlyMap<string, string>): readonly Row[] {
  const rows: Row[] = [];
  for (const group of box.querySelectorAll('tbody')) {
    for (const element of group.rows) {
      const id = element.dataset.id;
      if (id === undefined) continue;
      const cells = [...element.cells].slice(1);
      rows.push({
        element,
        group,
        level: element.dataset.level ?? '',
        step: group.dataset.step ?? '',
        words: words.get(id) ?? '',
        cells,
        statuses: cells.map((cell) => cell.firstElementChild?.className ?? ''),
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
