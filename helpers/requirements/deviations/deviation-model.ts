/** One known violation of one requirement by one range of versions of one producer. The only kind of waiver. */
export interface Deviation {
  /** Name of its file, without `.json`. */
  readonly id: string;
  readonly title: string;
  /** Row of the regression corpus, for example `R5`. */
  readonly corpus?: string;
  readonly producer: DeviationProducer;
  /** Id of the requirement that is broken. */
  readonly requirement: string;
  readonly observed: ObservedPattern;
  readonly reason: string;
  readonly link: string;
  /** `2026-11-23` */
  readonly found: string;
  /** The last day on which it waives anything. */
  readonly reviewBy: string;
  /** Scenarios in which the violation is certain, so that its absence means a fix; `*` for every archive. */
  readonly shownBy: readonly string[];
}

export interface DeviationProducer {
  /** Key of `Circumstances.versions`: whose version the range is about. */
  readonly name: string;
  /** Read by `isInRange`. */
  readonly versions: string;
  readonly store?: StoreKind;
  readonly builders?: readonly string[];
  readonly savers?: readonly string[];
}

/** `vfs` differs from other drivers in how it finds what a layer changed. */
export type StoreKind = 'graphdriver' | 'containerd' | 'vfs';

/** What the findings look like; each pattern is a regular expression that must match the whole text. */
export interface ObservedPattern {
  /** In words, for people. */
  readonly behaviour: string;
  readonly where?: Readonly<Partial<Record<LocatorField, string>>>;
  readonly expected?: string;
  readonly actual?: string;
}

export type LocatorField = 'member' | 'pointer' | 'image' | 'layer' | 'entry' | 'step';

/** Who produced what is judged. What is not known is left out: it then waives, but never proves a fix. */
export interface Circumstances {
  /** Version by producer: `docker`, `buildkit`, `buildx`, `podman`, `buildah`, `skopeo`, … */
  readonly versions: Readonly<Record<string, string>>;
  readonly store?: StoreKind;
  readonly builder?: string;
  readonly saver?: string;
  /** Which scenario was played, for example `hello` or `two-untagged-images`. */
  readonly scenario?: string;
}
