import type { Archive } from '../archive/model.ts';
import type { Answer } from './reception.ts';

/** One archive, ready to be handed over. */
export interface Handover {
  /** Position in the batch: names what must be of this archive alone. */
  readonly number: number;
  /** The archive, under a path that the consumer sees. */
  readonly file: string;
  /** Folder of this archive alone, visible to the consumer. */
  readonly folder: string;
  readonly archive: Archive;
  /** Whether to run what was taken. */
  readonly run: boolean;
}

/** How a kind of consumer is asked. */
export interface Taker {
  /** Waits until the consumer answers, after its start. */
  ready(): Promise<void>;
  take(handover: Handover): Promise<Answer>;
  /** Makes the consumer forget the last archive; false when only a new start does. */
  clear(): Promise<boolean>;
}

/** Longest time that one archive may take a tool. */
export const TAKE_MS = 60_000;
/** A daemon hangs when it has computed for so long without an answer, or not at all for so long. */
export const TAKE_CPU_SECONDS = 60;
export const IDLE_MS = 30_000;
/** Longest that it is waited for a daemon, whatever the machine has to do besides. */
export const TAKE_AT_MOST_MS = 900_000;
/** Longest time that a question about what was taken may take. */
export const ASK_MS = 10_000;
/** Longest time that a program of an image may run. */
export const RUN_MS = 30_000;
