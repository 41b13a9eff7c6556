import type { Level, Source } from '../../requirements/define.ts';
import type { Expectation } from '../../requirements/expectation/expectation-model.ts';
import type { Finding, Status } from '../../requirements/outcome.ts';

/** What `checkArchive` is asked for. */
export interface ArchiveCheckOptions {
  /** What the image must hold: the path of an expectation file, or its content. */
  readonly expectation?: string | Expectation;
  /** The image of that name; findings about others are left out. Default: all. */
  readonly image?: string;
  /** The image of that platform, such as `linux/arm64`. */
  readonly platform?: string;
  /** Only requirements of these levels. Default: all. */
  readonly levels?: readonly Level[];
  /** Only requirements of these ids. Default: all. */
  readonly only?: readonly string[];
  /** What could keep the image from starting is a failure, no warning. */
  readonly mustStart?: boolean;
}

/** The verdict on one archive. */
export interface ArchiveCheck {
  /** `could-not-judge` where anything that was asked for could not be told. */
  readonly verdict: 'conforms' | 'does-not-conform' | 'could-not-judge';
  /** Why nothing could be judged, in one sentence. */
  readonly reason?: string;
  /** One for each requirement that was asked for, in the order of the catalogue; none when nothing could be judged. */
  readonly requirements: readonly RequirementCheck[];
}

/** What became of one requirement. */
export interface RequirementCheck {
  readonly id: string;
  /** The sentence that must hold. */
  readonly title: string;
  readonly level: Level;
  /** `fail` breaks the verdict; `warn` does not. */
  readonly status: Status;
  /** Why it does not apply, or could not be judged. */
  readonly reason?: string;
  /** Each violation: where, what was expected, what was found, and all of it in one sentence. At most 100. */
  readonly findings: readonly Finding[];
  /** Violations beyond those. */
  readonly omitted?: number;
  /** Who breaks, and what to do. */
  readonly consequence: string;
}

/** One requirement in words. */
export interface Explanation {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** The document, the section, the words, and the address. */
  readonly source: Source & { readonly url: string };
  readonly consequence: string;
  /** What consumers were measured to do with archives that break it; absent where none was handed over. */
  readonly measured?: string;
}
