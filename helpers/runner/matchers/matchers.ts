import { expect } from 'vitest';
import { toConform, toStart } from './conform.ts';
import { toEqualImage } from './equal-image.ts';
import { toHaveFile, toHoldLayers } from './hold-files.ts';
import { toLoadIn } from './load-in.ts';

/** Adds the matchers of archives to those of vitest. */
export function extendExpect(): typeof expect {
  expect.extend({ toConform, toHoldLayers, toHaveFile, toStart, toEqualImage, toLoadIn });
  return expect;
}
