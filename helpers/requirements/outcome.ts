import type { Json } from '../common/json.ts';
import type { Locator } from '../common/locator.ts';

/**
 * What became of one requirement for one subject, from best to worst; a group shows its worst.
 * `fail`: the image or the engine is wrong. `error`: the suite could not judge.
 */
export const STATUSES = [
  'not-applicable',
  'unsupported',
  'pass',
  'warn',
  'known',
  'fixed',
  'fail',
  'error',
] as const;
export type Status = (typeof STATUSES)[number];

/** A value beside how it was obtained, so that a reader can repeat the measurement. */
export interface Observed {
  readonly value: Json;
  /** For example `sha256(blobs/sha256/ab12…)`, or `manifest.json /0/Layers/2`. */
  readonly from: string;
}

/** One concrete violation, as data. Only `explain` turns it into a sentence. */
export interface Violation {
  readonly where: Locator;
  readonly expected: Observed;
  readonly actual: Observed;
}

export interface Finding extends Violation {
  readonly message: string;
  /** Id of the register's entry that describes this very violation. */
  readonly deviation?: string;
}

/** Thrown by a check that cannot judge because of its input, not of a fault of ours. The message is a sentence. */
export class UnjudgedError extends Error {
  override readonly name = 'UnjudgedError';
}

export interface Outcome {
  readonly id: string;
  readonly status: Status;
  /** Why it does not apply, is unsupported, or could not be judged. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
  /** Violations beyond those kept in `findings`; absent when all are there. */
  readonly omitted?: number;
  /** Id of the register's entry when the status is `known` or `fixed`. */
  readonly deviation?: string;
}

const UNJUDGED: ReadonlySet<Status> = new Set(['not-applicable', 'unsupported', 'error']);

/** Whether anything was found out, good or bad. */
export function wasFoundOut({ status }: Pick<Outcome, 'status'>): boolean {
  return !UNJUDGED.has(status);
}

const RANK: ReadonlyMap<Status, number> = new Map(STATUSES.map((status, rank) => [status, rank]));

/** The worst of several statuses; `not-applicable` for none. */
export function worst(statuses: Iterable<Status>): Status {
  let result: Status = 'not-applicable';
  for (const status of statuses) {
    if ((RANK.get(status) ?? 0) > (RANK.get(result) ?? 0)) result = status;
  }
  return result;
}
