import type { RequirementId } from '../../requirements/archive/archive-requirements.ts';
import { AGREEMENT_MUTANTS } from './catalogue/agreement.ts';
import { ARCHIVE_MUTANTS } from './catalogue/archive.ts';
import { CONFIG_MUTANTS } from './catalogue/config.ts';
import { DAMAGE_MUTANTS } from './catalogue/damage.ts';
import { LAYER_MUTANTS } from './catalogue/layer.ts';
import { LAYOUT_MUTANTS } from './catalogue/layout.ts';
import { MANIFEST_MUTANTS } from './catalogue/manifest.ts';
import { PORTABILITY_MUTANTS } from './catalogue/portability.ts';
import { START_MUTANTS } from './catalogue/start.ts';
import { V1_MUTANTS } from './catalogue/v1.ts';
import type { MutantsOf } from './define.ts';

/** At least one mutant for every requirement: the type demands each id, a test that no list is empty. */
export const MUTANTS: MutantsOf<RequirementId> = {
  ...DAMAGE_MUTANTS,
  ...ARCHIVE_MUTANTS,
  ...V1_MUTANTS,
  ...LAYOUT_MUTANTS,
  ...MANIFEST_MUTANTS,
  ...CONFIG_MUTANTS,
  ...LAYER_MUTANTS,
  ...AGREEMENT_MUTANTS,
  ...PORTABILITY_MUTANTS,
  ...START_MUTANTS,
};
