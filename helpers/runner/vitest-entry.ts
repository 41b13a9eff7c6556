import type { ExpectStatic, TestAPI } from 'vitest';
import { explainMissingPackage } from '../common/missing-package.ts';
import type { ArchiveMatchers } from './matchers/matcher-types.ts';
import type { ImageFixtures } from './spec-types.ts';

/** The entry `scratch-conformance/vitest`: fixtures and matchers for specs of one's own images. */

export type { Archive } from '../archive/model.ts';
export type {
  ArchiveMatchers,
  ConformOptions,
  EqualImageOptions,
  ExpectedLayer,
  FileDetails,
  ImageOfArchive,
} from './matchers/matcher-types.ts';
export type {
  BuildOptions,
  ContainerRun,
  ContainerRunOptions,
  ImageFixtures,
  SaveOptions,
  SpecEngine,
  StartContainer,
} from './spec-types.ts';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration of vitest that this one adds to has it.
  interface Matchers<T = any> extends ArchiveMatchers {}
}

async function loadForSpecs() {
  try {
    const [{ allowForEngines, imageTest }, { extendExpect }] = await Promise.all([
      import('./engine-fixture.ts'),
      import('./matchers/matchers.ts'),
    ]);
    allowForEngines();
    return { test: imageTest, expect: extendExpect() };
  } catch (error) {
    const explained = explainMissingPackage(error);
    throw explained === undefined ? error : new Error(`Could not run: ${explained}`, { cause: error });
  }
}

const loaded = await loadForSpecs();

/** vitest's `test` with `engine`, `build`, `run`, `save`, `folder` and `tag`. A test may take half an hour. */
export const test: TestAPI<ImageFixtures> = loaded.test;

/** vitest's `expect` with matchers of archives: `toConform`, `toHoldLayers`, `toHaveFile`, `toStart` and others. */
export const expect: ExpectStatic = loaded.expect;
