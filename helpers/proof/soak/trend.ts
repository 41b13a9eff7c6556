/** One quantity over many runs. */
interface Trend {
  readonly what: string;
  readonly unit: string;
  /** Medians of the first and of the last third, the first runs that warm up left out. */
  readonly first: number;
  readonly last: number;
  /** `undefined`: for information, not judged. */
  readonly isFlat: boolean | undefined;
}

interface TrendTolerance {
  /** Of the first figure. Default: a tenth. */
  readonly share?: number;
  /** In the unit of the figure. */
  readonly noise?: number;
  /** Default: `true`. */
  readonly isJudged?: boolean;
}

/** Runs that fill caches. */
const WARM_UP = 2;

/**
 * Whether a quantity grows: the median of the last third is above that of the first by more than the tolerance, a share
 * of the first, and by more than the noise.
 */
export function trendOf(
  what: string,
  unit: string,
  values: readonly number[],
  { share = 0.1, noise = 0, isJudged = true }: TrendTolerance = {},
): Trend {
  const warm = values.length > 2 * WARM_UP ? values.slice(WARM_UP) : values;
  const third = Math.max(1, Math.floor(warm.length / 3));
  const [first, last] = [middle(warm.slice(0, third)), middle(warm.slice(-third))];
  return { what, unit, first, last, isFlat: isJudged ? last <= first * (1 + share) + noise : undefined };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function renderTrends(runs: number, trends: readonly Trend[]): string {
  const lines = trends.map(({ what, unit, first, last, isFlat }) => {
    const change =
      first === 0 ? '' : ` (${last >= first ? '+' : ''}${Math.round((last / first - 1) * 100)} %)`;
    return `${isFlat === undefined ? ' ' : isFlat ? '✓' : '✗'} ${what.padEnd(28)} ${shown(first, unit)} at first, ${shown(last, unit)} at last${change}`;
  });
  const growing = trends.filter(({ isFlat }) => isFlat === false).map(({ what }) => what);
  return [
    `Medians of the first and the last third of ${runs} runs:`,
    ...lines,
    growing.length === 0 ? 'Flat.' : `It grows: ${growing.join(', ')}.`,
    '',
  ].join('\n');
}

function shown(value: number, unit: string): string {
  const number = Number.isInteger(value) ? String(value) : value.toFixed(1);
  return unit === '' ? number : `${number} ${unit}`;
}
