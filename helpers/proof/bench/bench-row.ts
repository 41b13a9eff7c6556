/** One figure of ours, beside that of a peer which was measured in the same run, in turn with it. */
export interface BenchRow {
  /** `check: 1 GB in 20 gzip layers`. */
  readonly what: string;
  /** Median of whole processes, start included. */
  readonly seconds: number;
  /** Peak resident memory. */
  readonly megabytes?: number;
  readonly peer?: { readonly name: string; readonly seconds: number };
  /** Most that the ratio should be; without a peer, most seconds. */
  readonly aim?: number;
  readonly aimMegabytes?: number;
}

/** How a bench is asked to measure. */
export interface BenchRequest {
  /** A folder for what it writes; it goes afterwards. */
  readonly folder: string;
  /** How often each side is measured; the median counts. */
  readonly rounds: number;
  /** Also archives of 10 GB. */
  readonly large: boolean;
}

export type Bench = (request: BenchRequest) => AsyncIterable<BenchRow>;

/** One table of all rows. An aim that is missed is marked, and fails nothing: figures depend on the machine. */
export function renderBench(rows: readonly BenchRow[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const missed = rows.filter((row) => !isMet(row)).length;
  return [
    ...lines.map((line) =>
      line
        .map((cell, column) =>
          column in LEFT ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    ),
    '',
    missed === 0 ? 'Every aim is met.' : `${missed} of ${rows.length} rows miss an aim (✗).`,
    '',
  ].join('\n');
}

const HEAD = ['', 'what', 'ours', 'memory', 'beside', 'theirs', 'ratio', 'aim'] as const;
/** Columns of words. */
const LEFT = { 0: true, 1: true, 4: true };

function cellsOf(row: BenchRow): readonly string[] {
  const { what, seconds, megabytes, peer, aim, aimMegabytes } = row;
  const aims = [
    ...(aim === undefined ? [] : [peer ? `${aim}` : `${aim} s`]),
    ...(aimMegabytes === undefined ? [] : [`${aimMegabytes} MB`]),
  ];
  return [
    aims.length === 0 ? '' : isMet(row) ? '✓' : '✗',
    what,
    `${seconds.toFixed(2)} s`,
    megabytes === undefined ? '' : `${Math.round(megabytes)} MB`,
    peer?.name ?? '',
    peer ? `${peer.seconds.toFixed(2)} s` : '',
    peer ? (seconds / peer.seconds).toFixed(2) : '',
    aims.join(', '),
  ];
}

function isMet({ seconds, megabytes, peer, aim, aimMegabytes }: BenchRow): boolean {
  const figure = peer ? seconds / peer.seconds : seconds;
  return (
    (aim === undefined || figure <= aim) &&
    (aimMegabytes === undefined || megabytes === undefined || megabytes <= aimMegabytes)
  );
}
