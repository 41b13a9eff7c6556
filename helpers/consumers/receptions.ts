import type { Reception } from './reception.ts';

/** The measured table stands beside the recipes of the consumers. */
export const RECEPTIONS_FILE = 'receptions.json';

/** The measured table: every archive of the project by every consumer at hand. */
export interface ReceptionTable {
  /** Series by series, older versions first. */
  readonly consumers: readonly MeasuredConsumer[];
  readonly archives: readonly MeasuredArchive[];
}

export interface MeasuredConsumer {
  readonly name: string;
  readonly title: string;
  readonly product: string;
  readonly variant?: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, string>>;
  /** Day of the last measurement, `2026-11-25`. */
  readonly measured: string;
}

export interface MeasuredArchive {
  readonly id: string;
  readonly title: string;
  /** Of the bytes that were handed over. */
  readonly digest: string;
  /** The same archive without what this one shows. */
  readonly control?: string;
  /** Requirement that it breaks, where it is a mutant. */
  readonly requirement?: string;
  /** Others that it cannot but break too: what a consumer minds may be one of these. */
  readonly company?: readonly string[];
  /** In the order of `consumers`; undefined where it was not measured. */
  readonly receptions: readonly (Reception | undefined)[];
}

/** As it stands in the file: equal receptions are written once and referred to by position. */
export interface StoredTable {
  readonly consumers: readonly MeasuredConsumer[];
  readonly outcomes: readonly Reception[];
  readonly archives: readonly (Omit<MeasuredArchive, 'receptions'> & {
    readonly receptions: readonly (number | null)[];
  })[];
}

export function parseTable(text: string): ReceptionTable {
  return tableOf(JSON.parse(text) as StoredTable);
}

export function tableOf({ consumers, outcomes, archives }: StoredTable): ReceptionTable {
  return {
    consumers,
    archives: archives.map((archive) => ({
      ...archive,
      receptions: archive.receptions.map((position) => (position === null ? undefined : outcomes[position])),
    })),
  };
}

/** The text of the file: the same table gives the same bytes, with one line for each row. */
export function formatTable({ consumers, archives }: ReceptionTable): string {
  const outcomes = new Map<string, number>();
  const positionOf = (reception: Reception | undefined): number | null => {
    if (reception === undefined) return null;
    const text = JSON.stringify(reception);
    const position = outcomes.get(text) ?? outcomes.size;
    outcomes.set(text, position);
    return position;
  };
  const rows = archives.map(({ receptions, ...archive }) =>
    JSON.stringify({ ...archive, receptions: receptions.map(positionOf) }),
  );
  return `{
"$schema": "./schema/receptions.json",
"consumers": ${list(consumers.map((consumer) => JSON.stringify(consumer)))},
"outcomes": ${list([...outcomes.keys()])},
"archives": ${list(rows)}
}
`;
}

function list(lines: readonly string[]): string {
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`;
}

/** A column of the table: what one consumer did with each archive. */
export interface ReceptionColumn {
  readonly consumer: MeasuredConsumer;
  readonly receptions: ReadonlyMap<string, Reception>;
}

/**
 * The table with some columns measured anew. A reception is kept only as long as the archive has the bytes that it was
 * measured with.
 */
export function updateTable(
  table: ReceptionTable,
  archives: readonly Omit<MeasuredArchive, 'receptions'>[],
  columns: readonly ReceptionColumn[],
): ReceptionTable {
  const fresh = new Map(columns.map((column) => [column.consumer.name, column]));
  const kept = table.consumers.filter(({ name }) => !fresh.has(name));
  const consumers = [...kept, ...columns.map(({ consumer }) => consumer)].sort(bySeries);
  const before = new Map(table.archives.map((archive) => [archive.id, archive]));
  const positions = new Map(table.consumers.map(({ name }, position) => [name, position]));
  return {
    consumers,
    archives: archives.map((archive) => {
      const stored = before.get(archive.id);
      const isSame = stored?.digest === archive.digest;
      return {
        ...archive,
        receptions: consumers.map(
          ({ name }) =>
            fresh.get(name)?.receptions.get(archive.id) ??
            (isSame ? stored.receptions[positions.get(name) ?? -1] : undefined),
        ),
      };
    }),
  };
}

function bySeries(a: MeasuredConsumer, b: MeasuredConsumer): number {
  return compareText(seriesOf(a), seriesOf(b)) || compareReleases(a.version, b.version);
}

/** Consumers of one series differ by their version alone. */
export function seriesOf({ product, variant }: Pick<MeasuredConsumer, 'product' | 'variant'>): string {
  return variant === undefined ? product : `${product} (${variant})`;
}

export function compareReleases(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  const longest = Math.max(left.length, right.length);
  for (let position = 0; position < longest; position++) {
    const difference = (left[position] ?? 0) - (right[position] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The same order on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left !== right) return left < right ? -1 : 1;
  return 0;
}
