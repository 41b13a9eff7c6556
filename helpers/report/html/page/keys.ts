const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/**
 * The matrix is one stop of the Tab key; arrow keys move inside it, Home and End to the ends of a row. Each cell stays
 * an ordinary link: Enter opens it, and a screen reader reads the table with its headings.
 */
export function controlKeys(box: HTMLElement): void {
  box.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLAnchorElement) makeStop(box, target);
  });
  box.addEventListener('keydown', (event) => {
    const cell = event.target instanceof HTMLElement ? event.target.closest('td') : null;
    const next = cell && nextCell(cell, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}

/** Takes every cell but one out of the Tab order. */
function makeStop(box: HTMLElement, stop: HTMLAnchorElement | null): void {
  for (const other of box.querySelectorAll('td a[tabindex="0"]')) other.setAttribute('tabindex', '-1');
  stop?.setAttribute('tabindex', '0');
}

function nextCell(cell: HTMLTableCellElement, key: string): HTMLAnchorElement | undefined {
  const row = cell.parentElement;
  if (!(row instanceof HTMLTableRowElement)) return undefined;
  if (key === 'Home' || key === 'End') {
    const links = linksOf(row);
    return key === 'Home' ? links[0] : links.at(-1);
  }
  const move = MOVES[key];
  if (!move) return undefined;
  const [down, right] = move;
  if (right !== 0) {
    const links = linksOf(row);
    const here = links.findIndex((link) => cell.contains(link));
    return links[here + right];
  }
  const rows = [...(row.closest('table')?.rows ?? [])];
  for (let position = rows.indexOf(row) + down; position >= 0 && position < rows.length; position += down) {
    const link = rows[position]?.offsetParent
      ? rows[position]?.cells[cell.cellIndex]?.querySelector('a')
      : undefined;
    if (link) return link;
  }
  return undefined;
}

function linksOf(row: HTMLTableRowElement): readonly HTMLAnchorElement[] {
  return [...row.querySelectorAll<HTMLAnchorElement>('td:not([hidden]) a')];
}
