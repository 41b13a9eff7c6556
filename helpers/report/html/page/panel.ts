import type { Report } from '../../report-model.ts';
import { COLUMN_MODES, cellLookup, columnsOf, type MatrixCell } from '../cells.ts';
import { findingPanel } from '../views/finding.ts';
import { find } from './find.ts';
import { toDom } from './to-dom.ts';

interface PanelControl {
  /** Opens the panel for a cell such as `config.diff-id@docker-28`, or closes it. */
  show(cell: string | undefined): void;
}

export function controlPanel(report: Report, onClose: () => void): PanelControl {
  const dialog = find('#panel', HTMLDialogElement);
  const content = find('#panel-content', HTMLElement);
  let shown: string | undefined;
  dialog.addEventListener('close', () => {
    if (shown === undefined) return;
    shown = undefined;
    onClose();
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  return {
    show(address) {
      if (address === shown) return;
      const cell = address === undefined ? undefined : findCell(report, address);
      if (address === undefined || !cell) {
        shown = undefined;
        if (dialog.open) dialog.close();
        return;
      }
      shown = address;
      content.replaceChildren(toDom(findingPanel(report, cell)));
      if (!dialog.open) dialog.showModal();
      dialog.scrollTop = 0;
    },
  };
}

/** A column is looked for among engines first, then among builders, then among savers, then among the subjects themselves. */
function findCell(report: Report, address: string): MatrixCell | undefined {
  const at = address.indexOf('@');
  const requirement = report.requirements.find(({ id }) => id === address.slice(0, at));
  const name = address.slice(at + 1);
  const columns = COLUMN_MODES.flatMap((mode) => columnsOf(report, mode));
  const subject = report.subjects.find(({ id }) => id === name);
  const column =
    columns.find(({ id }) => id === name) ??
    (subject && { id: name, owner: subject.engine ?? name, label: '', subjects: [subject] });
  return requirement && column ? cellLookup([column])(requirement, column) : undefined;
}
