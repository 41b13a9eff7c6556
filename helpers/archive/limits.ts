import type { ReadLimits } from './model.ts';

/** Budgets that real images stay far below. */
export const DEFAULT_LIMITS: ReadLimits = {
  jsonBytes: 8 * 1024 * 1024,
  jsonDepth: 64,
  entriesPerLayer: 2_000_000,
  expandedBytes: 64 * 1024 ** 3,
  expansionRatio: 100,
  indexDepth: 8,
};

/**
 * A compressed stream may grow freely up to this many bytes; from there on the ratio counts. Real layers hold
 * sparse and preallocated files of hundreds of megabytes, which gzip shrinks a thousand times.
 */
export const FREE_EXPANSION = 512 * 1024 ** 2;

/** Text (paths, link targets, pax records) kept for the entries of one layer. */
export const MAX_ENTRY_TEXT = 256 * 1024 * 1024;

/** Problems kept for one tar; a hostile one could hold millions. */
export const MAX_PROBLEMS = 100;
