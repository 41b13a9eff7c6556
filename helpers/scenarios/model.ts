import type { BuilderName, SaverName } from '../engine/model.ts';
import type { CommandResult, ImageFacts } from '../flow/evidence.ts';

/** How an image is named when it is saved. */
export type Reference = 'tag' | 'id' | 'digest';

/** One thing to do with images of fixtures/contexts that the documented procedure does not do. */
export interface Scenario {
  readonly name: ScenarioName;
  /** Folders of fixtures/contexts: one image each. */
  readonly contexts: readonly string[];
  readonly saves: readonly SaveStep[];
}

export interface SaveStep {
  /** One for each image. */
  readonly by: Reference;
  /** `next-second`: not before the clock shows another second than at the save before. */
  readonly after?: 'next-second' | 'reload';
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
] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** What a scenario left behind; the archives are read by whoever judges them. */
export interface ScenarioRecord {
  readonly scenario: ScenarioName;
  readonly builder: BuilderName;
  readonly saver: SaverName;
  /** As the engine reports them, in the order of the contexts. */
  readonly images: readonly ImageFacts[];
  readonly saves: readonly SavedFile[];
}

export interface SavedFile {
  readonly by: Reference;
  readonly command: CommandResult;
  /** Absolute path; absent when the save failed. */
  readonly file?: string;
}
