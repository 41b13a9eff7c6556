import type { CommandResult, InspectedImage } from '../../engines/answers.ts';
import type { BuilderName, Feature, SaverName } from '../../engines/engine-model.ts';

/** How an image is named when it is saved; `repository` leaves the tag out, `every-tag` names each of its tags. */
export type Reference = 'tag' | 'id' | 'digest' | 'repository' | 'every-tag';

/** One thing to do with images of fixtures/contexts that the documented procedure does not do. */
export interface Scenario {
  readonly name: ScenarioName;
  /** Folders of fixtures/contexts: one image each. */
  readonly contexts: readonly string[];
  readonly saves: readonly SaveStep[];
  /** Savers that play it. Default: every one. */
  readonly savers?: readonly SaverName[];
  /** Platforms that each image is built for. Default: that of the engine. */
  readonly platforms?: readonly string[];
  /** Platforms that the last archive is loaded by, each in turn. */
  readonly loads?: readonly string[];
  /** Tags that each image is given beside its own. */
  readonly otherTags?: readonly string[];
  /** What the engine must be able to do beside the saver. */
  readonly needs?: Feature;
  /** Played even where the engine is known to refuse the saver: how it refuses is what is looked at. */
  readonly evenIfRefused?: true;
  /** Seconds since 1970 that every build of it is given as SOURCE_DATE_EPOCH; each is executed anew. */
  readonly epoch?: number;
  /** The times of files are left as they are, in spite of the epoch. */
  readonly keepsTimes?: true;
}

export interface SaveStep {
  /** One for each image. */
  readonly by: Reference;
  /** `next-second`: not before the clock shows another second than at the save before. */
  readonly after?: 'next-second' | 'reload';
  /** Only this platform of several. */
  readonly platform?: string;
}

export const SCENARIO_NAMES = [
  'layer-order',
  'save-twice',
  'save-twice-repeated-layer',
  'save-selectors',
  'save-load-save',
  'no-layers',
  'two-untagged-images',
  'same-size-same-time',
  'export',
  'reproducible',
  'reproducible-folders',
  'epoch-alone',
  'repository',
  'every-tag',
  'load-without-name',
  'two-platforms',
  'one-platform',
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What a scenario left behind. Archives stay files here, and are read when they are judged. */
export interface ScenarioRecord {
  readonly scenario: ScenarioName;
  readonly builder: BuilderName;
  readonly saver: SaverName;
  /** As the engine reports them, in the order of the contexts; none for builds that leave nothing in the store. */
  readonly images: readonly InspectedImage[];
  readonly saves: readonly SavedFile[];
  readonly loads?: readonly { readonly platform: string; readonly command: CommandResult }[];
  /** Of a scenario that has one, with the time that each file of the context was given. */
  readonly epoch?: { readonly seconds: number; readonly files: Readonly<Record<string, number>> };
}

export interface SavedFile {
  readonly by: Reference;
  readonly command: CommandResult;
  /** Absolute path; absent when the save failed. */
  readonly file?: string;
  /** Bytes that a failed save left at the place of the archive; absent when it left nothing. */
  readonly left?: number;
}
