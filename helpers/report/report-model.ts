import type { Json } from '../common/json.ts';
import type { EngineStack } from '../engines/engine-model.ts';
import type { Level, Source } from '../requirements/define.ts';
import type { Outcome } from '../requirements/outcome.ts';

/** The one result of a run. Every output (text, HTML, JUnit, Markdown, SARIF, gate) is made from it and computes nothing anew. */
export interface Report {
  readonly $schema?: string;
  readonly version: 1;
  readonly kind: 'conformance' | 'matrix' | 'tools' | 'check';
  readonly suite: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The command that repeats the run. */
  readonly command: string;
  /** Name of the folder of a given build context; absent where the documented image was judged. */
  readonly context?: string;
  readonly verdict: Verdict;
  readonly engines: readonly EngineReport[];
  /** Everything judged: one row of outcomes for each. */
  readonly subjects: readonly SubjectReport[];
  /** Each requirement that a subject names, once. */
  readonly requirements: readonly RequirementReport[];
  /** What could not even be read, each with the reason in one sentence; there is no subject for it. */
  readonly unreadable?: readonly { readonly subject: string; readonly reason: string }[];
  /** Observable things that may differ between engines without breaking a requirement. */
  readonly observations: readonly Observation[];
  /** Structure of the archives judged, for the explorer of the page. */
  readonly archives: readonly ArchiveReport[];
}

/** Exit codes 0, 1 and 2. */
export type Verdict = 'conforms' | 'does-not-conform' | 'could-not-judge';

export interface EngineReport {
  /** Name of the recipe, or `host`. */
  readonly name: string;
  readonly available: boolean;
  /** Why not, in one sentence. */
  readonly reason?: string;
  /** Where it came from: `DOCKER_HOST`, `context desktop`, `default socket`, `embedded`, `rootfs`, `image`. */
  readonly origin: string;
  /** The stack that produced the results; a part that does not exist is left out. */
  readonly stack: EngineStack;
  readonly startMs?: number;
  /** What the run left in an engine that is not the suite's own, and why. */
  readonly left?: string;
}

export interface SubjectReport {
  /** Unique in the report: `docker-28/buildx/docker-save`, `docker-28/compile`, or an archive's name. */
  readonly id: string;
  readonly engine?: string;
  readonly builder?: string;
  readonly saver?: string;
  /** Key of `archives` when an archive was judged. */
  readonly archive?: string;
  readonly outcomes: readonly (Outcome & { readonly durationMs?: number })[];
}

export interface RequirementReport {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly step: string;
  readonly source: Source & { readonly url: string };
  readonly consequence: string;
}

export interface Observation {
  readonly id: string;
  /** Subject the observation was read from. */
  readonly subject: string;
  readonly value: Json;
}

/** What the page's explorer shows of one archive; plain data, bounded in size. */
export interface ArchiveReport {
  readonly id: string;
  readonly source: string;
  readonly profile: string;
  readonly signs: readonly string[];
  readonly compression: string;
  readonly size: number;
  readonly members: readonly {
    readonly name: string;
    readonly type: string;
    readonly size: number;
    readonly mode: number;
    readonly refersTo: readonly string[];
  }[];
  readonly images: readonly ArchiveImageReport[];
}

export interface ArchiveImageReport {
  /** The view: `manifest.json` or `index.json`. */
  readonly road: string;
  readonly names: readonly string[];
  readonly kind: string;
  readonly platform?: string;
  readonly configDigest?: string;
  readonly manifestDigest?: string;
  readonly layers: readonly {
    readonly member: string;
    readonly digest: string;
    readonly diffId: string;
    readonly mediaType?: string;
    readonly compression: string;
    readonly size: number;
    readonly uncompressedSize: number;
    /** The command that made it, as the history tells it, without secrets. */
    readonly createdBy?: string;
    /** Bytes of files that later layers replace or remove. */
    readonly wasted?: number;
    /** At most 1,000; `omitted` counts the rest. */
    readonly entries: readonly {
      readonly path: string;
      readonly type: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
      readonly size: number;
      readonly effect: 'adds' | 'replaces' | 'hides' | 'repeats';
      /** Content of a small text file, without what looks like a secret. */
      readonly text?: string;
    }[];
    readonly omitted: number;
  }[];
  /** Config with its history, and manifest: formatted, without secrets, bounded. */
  readonly documents?: readonly { readonly name: string; readonly text: string }[];
  /** The flattened root, at most 1,000 entries. */
  readonly rootfs: readonly {
    readonly path: string;
    readonly type: string;
    readonly mode: number;
    readonly size: number;
    readonly layer: number;
  }[];
}
