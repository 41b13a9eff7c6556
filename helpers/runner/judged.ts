import type { BuilderName, SaverName } from '../engines/engine-model.ts';
import type { ArchiveReport, Observation, SubjectReport } from '../report/report-model.ts';
import type { BuiltImage } from '../requirements/matrix/built-image-model.ts';
import type { Outcome } from '../requirements/outcome.ts';

/** What a test is about. */
export interface Subject {
  readonly step: string;
  readonly builder?: BuilderName;
  readonly saver?: SaverName;
  /** Default: the documented procedure, `hello`. */
  readonly scenario?: string;
  /** Whether an image of somebody's own takes the place of the documented one. */
  readonly isGiven?: true;
}

/** What a test finds in its evidence. */
export interface Verdicts {
  readonly outcomes: readonly Outcome[];
  readonly observations?: readonly Observation[];
  readonly archive?: ArchiveReport;
}

/** What a test found out, as reports are made of it. Plain data. */
export interface Judged {
  readonly subject: Pick<SubjectReport, 'id' | 'engine' | 'builder' | 'saver'>;
  readonly step: string;
  readonly outcomes: readonly Outcome[];
  readonly observations: readonly Observation[];
  readonly archive?: ArchiveReport;
  /** Of a comparison: the engine's own images, so that they can be compared with those of another shard. */
  readonly images?: readonly BuiltImage[];
}

export type TimedJudged = Judged & { readonly durationMs: number };
