import type { Json } from '../../common/json.ts';
import { IMAGE_PARTS } from '../../requirements/image-parts.ts';

/** What two archives can differ in. */
export const AREAS = IMAGE_PARTS;
export type Area = (typeof AREAS)[number];

/** One thing that two archives do not have in common. */
export interface ArchiveDifference {
  readonly area: Area;
  /** What it is about: a path, a field of the config, a layer. */
  readonly what: string;
  /** As the first archive has it; absent where it has nothing. */
  readonly before?: Json;
  readonly after?: Json;
}

/** Whether the two are the same at each level; `undefined` where one of them has no such thing. */
export interface Sameness {
  readonly bytes?: boolean;
  readonly manifest?: boolean;
  readonly config?: boolean;
  readonly diffIds?: boolean;
  readonly root?: boolean;
}

export interface ArchiveDiff {
  readonly same: Sameness;
  /** The heaviest first; without what was to be ignored. */
  readonly differences: readonly ArchiveDifference[];
  /** Differences left out because they were to be ignored, by area. */
  readonly ignored: Readonly<Partial<Record<Area, number>>>;
  /** Differences beyond the budget, which are counted only. */
  readonly omitted: number;
}
