/** What the address says: which cell is open, which archives, which filters. A link therefore shows exactly this view. */
export interface State {
  readonly cell?: string;
  readonly archive?: string;
  readonly with?: string;
  readonly search: string;
  readonly level: string;
  readonly step: string;
  readonly engine: string;
  readonly columns: string;
  readonly status: readonly string[];
  /** `attention`, `differs`: only rows that do. */
  readonly only: readonly string[];
}

export function readState(hash: string): State {
  const words = new URLSearchParams(hash.includes('=') ? hash.slice(1) : '');
  const text = (name: string) => words.get(name) ?? '';
  const list = (name: string) =>
    text(name)
      .split(',')
      .filter((word) => word !== '');
  const [cell, archive, other] = [text('cell'), text('archive'), text('with')];
  return {
    ...(cell && { cell }),
    ...(archive && { archive }),
    ...(other && { with: other }),
    search: text('search'),
    level: text('level'),
    step: text('step'),
    engine: text('engine'),
    columns: text('columns'),
    status: list('status'),
    only: list('only'),
  };
}

export function writeState(state: Partial<State>): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    const text = typeof value === 'string' ? value : (value ?? []).join(',');
    if (text !== '') words.set(name, text);
  }
  return `#${words}`;
}
