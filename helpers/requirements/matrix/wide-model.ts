import type { Archive } from '../../archive/model.ts';
import type { CommandResult } from '../../engines/answers.ts';
import type { BuilderName, SaverName } from '../../engines/engine-model.ts';

/** Folders of fixtures/contexts that every builder of every engine builds, each with an expectation of its own. */
export const WIDE_CONTEXTS = [
  'instructions',
  'links',
  'modes',
  'names',
  'ownership',
  'paths',
  'ignored',
  'archives',
  'stages',
  'capabilities',
  'nothing-copied',
  'sticky-folder',
  'copy-chmod',
  'copy-link',
  'copy-exclude',
  'copy-parents',
  'heredoc',
] as const;
export type WideContextName = (typeof WIDE_CONTEXTS)[number];

/** What became of one wide context in the hands of one builder. Plain data. */
export interface WideRecord {
  readonly context: WideContextName;
  readonly builder: BuilderName;
  /** What the builder said when it refused; `null` when it built. */
  readonly refusal: string | null;
  /** What the Dockerfile asks for and the builder is known to lack, in one sentence; `null` for nothing. */
  readonly lacks: string | null;
  /** Absent where nothing was built. */
  readonly saved?: WideSave;
}

export interface WideSave {
  readonly saver: SaverName;
  readonly command: CommandResult;
  /** Absolute path; absent when the save failed. */
  readonly file?: string;
}

/** The same with the archive read: what requirements judge. */
export interface WidePlayed extends WideRecord {
  readonly archive?: Archive;
}
