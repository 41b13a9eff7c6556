import type { Json } from '../../common/json.ts';

/** Sorted, each once: the order in which things were met is no observation. */
export function setOf(values: Iterable<string>): readonly string[] {
  return [...new Set(values)].sort();
}

/** Replaces what is different in every image (hexadecimal digests and IDs) by `<hex>`. */
export function withoutHex(text: string): string {
  return text.replace(/(?<![0-9a-f])(?:[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64})(?![0-9a-f])/g, '<hex>');
}

/** The fields of a JSON object; none for anything else. */
export function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return value !== null && typeof value === 'object' && !isList(value) ? value : {};
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function elementsOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** One value for all where they agree, otherwise the sorted set of them as JSON; `undefined` for none. */
export function common(values: readonly Json[]): Json | undefined {
  const distinct = setOf(values.map((value) => JSON.stringify(value)));
  if (distinct.length === 0) return undefined;
  const parsed = distinct.map((text) => JSON.parse(text) as Json);
  return parsed.length === 1 ? parsed[0] : parsed;
}

/** Collects values by key, and gives the sorted set of each: `{"index.json": "0644"}`. */
export function tabulate(rows: Iterable<readonly [string, string]>): Json {
  const table = new Map<string, Set<string>>();
  for (const [key, value] of rows) table.set(key, (table.get(key) ?? new Set()).add(value));
  const sorted = [...table].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, values]) => [key, [...values].sort().join(' or ')]));
}

export function octalMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
