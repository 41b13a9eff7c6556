import type { Json } from '../common/json.ts';
import type { ProblemKind, ReadLimits } from './model.ts';

/** What is counted over all layers and threads of one archive. */
export type Cost =
  | 'expanded'
  | 'scratch'
  | 'entries'
  | 'entryBytes'
  | 'paxRecords'
  | 'folderText'
  | 'content';

const COSTS: readonly Cost[] = [
  'expanded',
  'scratch',
  'entries',
  'entryBytes',
  'paxRecords',
  'folderText',
  'content',
];

/** Plain data: what a budget is exceeded by, as a problem says it. */
export interface Excess {
  readonly kind: ProblemKind;
  readonly expected: Json;
  readonly actual: Json;
}

/** Thrown where a budget ends, and turned into a problem where the work was started. */
export class BudgetError extends Error {
  readonly excess: Excess;
  constructor(excess: Excess) {
    super(String(excess.expected));
    this.excess = excess;
  }
}

/** The purse of one archive. Threads share its counters, so that many small layers cost what one large one does. */
export interface Budget {
  /** Throws `BudgetError` once the sum is more than the budget. */
  spend(cost: Cost, amount: number): void;
  /** Spends if it fits; false otherwise. */
  trySpend(cost: Cost, amount: number): boolean;
  /** Some spending, of any thread, did not fit. */
  hasRefused(): boolean;
  readonly counters: SharedArrayBuffer;
}

export type BudgetLimits = Pick<
  ReadLimits,
  'entries' | 'entryBytes' | 'paxRecords' | 'folderText' | 'stackedEntries' | 'contentBytes'
> & { readonly expanded: number };

/** How far the streams of an archive of this many stored bytes may expand. */
export function budgetLimits(limits: ReadLimits, stored: number): BudgetLimits & ReadLimits {
  const expanded = Math.max(limits.freeExpansion, stored * limits.expansionRatio);
  return { ...limits, expanded: Math.min(expanded, limits.expandedBytes) };
}

export function createBudget(
  limits: BudgetLimits,
  // The last one counts what was refused.
  counters = new SharedArrayBuffer((COSTS.length + 1) * BigInt64Array.BYTES_PER_ELEMENT),
): Budget {
  const sums = new BigInt64Array(counters);
  const most: Readonly<Record<Cost, number>> = {
    expanded: limits.expanded,
    // Buffers that a decoder fills anew for each block, however little comes out of it.
    scratch: 4 * limits.expanded,
    entries: limits.entries,
    entryBytes: limits.entryBytes,
    paxRecords: limits.paxRecords,
    folderText: limits.folderText,
    content: limits.contentBytes,
  };
  const add = (cost: Cost, amount: number) =>
    Number(Atomics.add(sums, COSTS.indexOf(cost), BigInt(amount))) + amount;
  return {
    counters,
    spend(cost, amount) {
      if (amount > 0 && add(cost, amount) > most[cost]) throw new BudgetError(excessOf(cost, most[cost]));
    },
    trySpend(cost, amount) {
      if (add(cost, amount) <= most[cost]) return true;
      Atomics.sub(sums, COSTS.indexOf(cost), BigInt(amount));
      Atomics.add(sums, COSTS.length, 1n);
      return false;
    },
    hasRefused: () => Atomics.load(sums, COSTS.length) > 0n,
  };
}

const TOLD: Readonly<Record<Cost, readonly [ProblemKind, (most: number) => string]>> = {
  expanded: ['limit-expansion', (most) => `at most ${most} bytes from all compressed streams`],
  scratch: ['limit-expansion', (most) => `blocks of zstd worth at most ${most} bytes`],
  entries: ['limit-entries', (most) => `at most ${most} entries in all layers`],
  entryBytes: ['limit-entries', (most) => `entries that need at most ${most} bytes in all layers`],
  paxRecords: ['limit-entries', (most) => `at most ${most} pax records in all layers`],
  folderText: [
    'limit-entries',
    (most) => `folders of at most ${most} characters above the entries of all layers`,
  ],
  content: ['limit-entries', (most) => `at most ${most} bytes of contents`],
};

function excessOf(cost: Cost, most: number): Excess {
  const [kind, expected] = TOLD[cost];
  return { kind, expected: expected(most), actual: 'more' };
}

/** Counts in small steps and spends in large ones: a shared counter costs more than the entry that it counts. */
export function inSteps(
  budget: Budget,
  cost: Cost,
  step: number,
): { add(amount: number): void; flush(): void } {
  let pending = 0;
  const flush = () => {
    const amount = pending;
    pending = 0;
    budget.spend(cost, amount);
  };
  return {
    flush,
    add(amount) {
      pending += amount;
      if (pending >= step) flush();
    },
  };
}
