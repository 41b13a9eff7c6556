/**
 * Ranges over the version numbers that engines and packages really have: `28.5.2+dfsg4`, `v0.25.2`, `20.10.5`, `29.7`.
 * Numbers are compared; what follows them (`+dfsg4`, `-rc.1`, `~ds1`) is not, so a release candidate counts as its release.
 */
export function compareVersions(a: string, b: string): number {
  const left = numbersOf(a);
  const right = numbersOf(b);
  for (let position = 0; position < Math.max(left.length, right.length); position += 1) {
    const difference = (left[position] ?? 0) - (right[position] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

/**
 * Whether a version lies in a range: `*`, `20.10` (every 20.10.x), `>=25 <28`, `<25 || >=29.6.0`.
 * A version without numbers lies in `*` only. Throws `RangeError` for a range that cannot be read.
 */
export function isInRange(version: string, range: string): boolean {
  const alternatives = parseRange(range);
  return alternatives.some((comparators) => comparators.every((accepts) => accepts(version)));
}

/** Why a range cannot be read, in one sentence, or `undefined` when it can. */
export function rangeProblem(range: string): string | undefined {
  try {
    parseRange(range);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
}

type Accepts = (version: string) => boolean;

const COMPARATOR = /^(>=|<=|>|<|=)?v?(\d+(?:\.\d+)*)$/;

function parseRange(range: string): readonly (readonly Accepts[])[] {
  return range.split('||').map((alternative) => {
    const words = alternative.trim().split(/\s+/);
    if (words.length === 1 && words[0] === '*') return [];
    return words.map((word) => parseComparator(word, range));
  });
}

function parseComparator(word: string, range: string): Accepts {
  const [, operator = '', number] = COMPARATOR.exec(word) ?? [];
  if (number === undefined) {
    throw new RangeError(
      `The version range ${JSON.stringify(range)} cannot be read at ${JSON.stringify(word)}; write it like ">=25 <28", "20.10.5" or "*".`,
    );
  }
  return (version) => numbersOf(version).length > 0 && ACCEPTS[operator]?.(version, number) === true;
}

const ACCEPTS: Readonly<Record<string, (version: string, number: string) => boolean>> = {
  '': hasPrefix,
  '=': hasPrefix,
  '>=': (version, number) => compareVersions(version, number) >= 0,
  '<=': (version, number) => compareVersions(version, number) <= 0 || hasPrefix(version, number),
  '>': (version, number) => compareVersions(version, number) > 0 && !hasPrefix(version, number),
  '<': (version, number) => compareVersions(version, number) < 0,
};

function hasPrefix(version: string, prefix: string): boolean {
  const numbers = numbersOf(version);
  return numbersOf(prefix).every((number, position) => (numbers[position] ?? 0) === number);
}

function numbersOf(version: string): readonly number[] {
  const digits = /^v?(\d+(?:\.\d+)*)/.exec(version)?.[1];
  return digits === undefined ? [] : digits.split('.').map(Number);
}
