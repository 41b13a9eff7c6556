import type { Archive } from '../../archive/model.ts';
import type { Requirement } from '../define.ts';
import { AGREEMENT_REQUIREMENTS } from './agreement.ts';
import { ARCHIVE_REQUIREMENTS_OUTER } from './archive.ts';
import { ATTESTATION_REQUIREMENTS } from './attestation.ts';
import { AVAILABILITY_REQUIREMENTS } from './availability.ts';
import { CONFIG_REQUIREMENTS } from './config.ts';
import { FIELD_REQUIREMENTS } from './config-fields.ts';
import { PARAMETER_REQUIREMENTS } from './config-parameters.ts';
import { DAMAGE_REQUIREMENTS } from './damage.ts';
import { DESCRIPTOR_REQUIREMENTS } from './descriptor.ts';
import { HISTORY_REQUIREMENTS } from './history.ts';
import { INDEX_REQUIREMENTS } from './index.ts';
import { LAYER_REQUIREMENTS } from './layer.ts';
import { LAYOUT_REQUIREMENTS } from './layout.ts';
import { MANIFEST_REQUIREMENTS } from './manifest.ts';
import { MANIFEST_JSON_REQUIREMENTS } from './manifest-json.ts';
import { PORTABILITY_REQUIREMENTS } from './portability.ts';
import { PROFILE_REQUIREMENTS } from './profile.ts';
import { START_REQUIREMENTS } from './start.ts';
import { V1_REQUIREMENTS } from './v1.ts';
import { WHOLE_NUMBER_REQUIREMENTS } from './whole-numbers.ts';

const ALL = [
  ...DAMAGE_REQUIREMENTS,
  ...WHOLE_NUMBER_REQUIREMENTS,
  ...ARCHIVE_REQUIREMENTS_OUTER,
  ...MANIFEST_JSON_REQUIREMENTS,
  ...V1_REQUIREMENTS,
  ...LAYOUT_REQUIREMENTS,
  ...INDEX_REQUIREMENTS,
  ...DESCRIPTOR_REQUIREMENTS,
  ...MANIFEST_REQUIREMENTS,
  ...ATTESTATION_REQUIREMENTS,
  ...CONFIG_REQUIREMENTS,
  ...FIELD_REQUIREMENTS,
  ...PARAMETER_REQUIREMENTS,
  ...HISTORY_REQUIREMENTS,
  ...LAYER_REQUIREMENTS,
  ...AGREEMENT_REQUIREMENTS,
  ...AVAILABILITY_REQUIREMENTS,
  ...PORTABILITY_REQUIREMENTS,
  ...START_REQUIREMENTS,
  ...PROFILE_REQUIREMENTS,
] as const;

/** Id of a requirement on a saved archive. */
export type RequirementId = (typeof ALL)[number]['id'];

/** Everything that a saved archive is judged by, from the bytes up. */
export const ARCHIVE_REQUIREMENTS: readonly (Requirement<Archive> & { readonly id: RequirementId })[] = ALL;
