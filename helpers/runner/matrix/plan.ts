import { quoteWord } from '../../common/escape.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import type { GivenImage } from '../../procedure/given-image.ts';

/** The engines of a matrix: those that run, and those that could not be had. Plain data, so that a shard can store it. */
export interface MatrixPlan {
  readonly engines: readonly EngineHandle[];
  readonly unavailable: readonly UnavailableEngine[];
  /** Names of all engines of the whole matrix, those of other shards too. */
  readonly planned: readonly string[];
  /** Names of engines that must have been judged: those asked for by name. */
  readonly required: readonly string[];
  readonly command: string;
  /** What is judged in place of the documented image. */
  readonly image?: GivenImage;
  /** ISO 8601: when the first engine was asked for. */
  readonly startedAt: string;
  /** How long each engine took to start. */
  readonly startMs: Readonly<Record<string, number>>;
}

export interface UnavailableEngine {
  readonly name: string;
  readonly title: string;
  readonly family: EngineHandle['family'];
  readonly version: string;
  readonly origin: string;
  /** One sentence. */
  readonly reason: string;
  /** It may well be there: it must not be left out as if it were absent. */
  readonly gaveNoAnswer?: true;
}

interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads `2/3`. Answers a sentence when it cannot be read. */
export function parseShard(text: string): Shard | string {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  return shard.index >= 1 && shard.index <= shard.count
    ? shard
    : `The shard ${quoteWord(text)} cannot be read; write the second of three as 2/3.`;
}

/** The engines of one shard: every nth, so that the old and the new of a family are spread. */
export function shardOf(engines: readonly string[], { index, count }: Shard): readonly string[] {
  return engines.filter((_, position) => position % count === index - 1);
}
