import type { Json } from '../common/json.ts';

/**
 * What an upgrade from one report to another breaks, changes and fixes. Made by `compare`, shown by the page,
 * Markdown and the terminal; none of them decides anything again.
 */
export interface GateReport {
  readonly $schema?: string;
  readonly version: 1;
  readonly kind: 'gate';
  /** Exit codes 0, 1 and 2. */
  readonly verdict: GateVerdict;
  /** The verdict in one sentence, for example `No-go: 2 requirements break between docker-20.10 and docker-28.` */
  readonly summary: string;
  readonly baseline: GateSide;
  readonly candidate: GateSide;
  /** Held on the baseline, fails on the candidate. */
  readonly broken: readonly GateItem[];
  /** Observations that differ. */
  readonly changed: readonly GateItem[];
  /** Failed on the baseline, holds on the candidate. */
  readonly fixed: readonly GateItem[];
  /** Parts of the stack that differ, so that a change can be attributed. */
  readonly stackDifferences: readonly StackDifference[];
  /** How many requirements and observations of paired subjects are as they were. */
  readonly unchanged?: { readonly requirements: number; readonly observations: number };
  /** Information only: no verdict rests on it. */
  readonly timings?: readonly Timing[];
  /** Allowances that are over or that nothing needed, one sentence each. */
  readonly notes?: readonly string[];
  /** Why something could not be compared, one sentence each; not empty when the verdict is `could-not-judge`. */
  readonly notJudged: readonly string[];
  /** The command that repeats the comparison. */
  readonly command: string;
}

export type GateVerdict = 'go' | 'no-go' | 'could-not-judge';

export interface GateSide {
  /** Engine name, or the file of a stored report. */
  readonly name: string;
  /** `startedAt` of the report compared. */
  readonly date: string;
}

export interface GateItem {
  /** Id of the requirement or of the observation. */
  readonly id: string;
  readonly title: string;
  /** Where it was seen, as `builder/saver` or a step: `buildx/docker-save`, `compile`. */
  readonly subject: string;
  /** Where several subjects share it, each of them; `subject` then names them all. */
  readonly subjects?: readonly string[];
  /** The same in few words where there are such, as `every saved archive`. */
  readonly where?: string;
  /** Of a change that breaks no requirement. Items stand in the order of their weight. */
  readonly weight?: GateWeight;
  /** A status (`pass`, `fail`) for a requirement, the value for an observation; absent where that side has none. */
  readonly before?: Json;
  readonly after?: Json;
  /** What it means for a consumer, in one or two sentences. */
  readonly consequence: string;
  /** What to do about it, in one or two sentences. */
  readonly advice: string;
  /** Present when the change is allowed: by `--allow`, or by an entry of `gate.json` with its reason. */
  readonly allowed?: { readonly by: string; readonly reason?: string };
  /** For a broken or fixed requirement: the sentence of the finding. */
  readonly message?: string;
}

/** `scripts`: scripts or tools that follow the baseline break. `bytes`: digests and caches change. `cosmetic`: nobody who parses notices. */
export const GATE_WEIGHTS = ['scripts', 'bytes', 'cosmetic'] as const;
export type GateWeight = (typeof GATE_WEIGHTS)[number];

/** The items of each weight that there is, heaviest first. What a stored gate of an older suite did not weigh is heavy. */
export function byWeight(
  items: readonly GateItem[],
): readonly { readonly weight: GateWeight; readonly items: readonly GateItem[] }[] {
  return GATE_WEIGHTS.flatMap((weight) => {
    const these = items.filter((item) => (item.weight ?? 'scripts') === weight);
    return these.length === 0 ? [] : [{ weight, items: these }];
  });
}

/** Milliseconds that one subject took on either side. */
export interface Timing {
  readonly subject: string;
  readonly before: number;
  readonly after: number;
}

export interface StackDifference {
  /** Field of `EngineStack`. */
  readonly part: string;
  readonly before?: string;
  readonly after?: string;
}
