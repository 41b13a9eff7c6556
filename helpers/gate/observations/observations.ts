import { CONFIG_OBSERVATIONS } from './config.ts';
import type { ObservationDefinition } from './define.ts';
import { DOCUMENT_OBSERVATIONS, INDEX_OBSERVATIONS } from './documents.ts';
import { ENGINE_OBSERVATIONS } from './engine.ts';
import { LAYER_OBSERVATIONS } from './layers.ts';
import { MEDIA_TYPE_OBSERVATIONS } from './media-types.ts';
import { MEMBER_OBSERVATIONS } from './members.ts';
import { UNKNOWN_OBSERVATIONS } from './unknown.ts';

const ALL = [
  ...DOCUMENT_OBSERVATIONS,
  ...INDEX_OBSERVATIONS,
  ...MEMBER_OBSERVATIONS,
  ...MEDIA_TYPE_OBSERVATIONS,
  ...CONFIG_OBSERVATIONS,
  ...LAYER_OBSERVATIONS,
  ...ENGINE_OBSERVATIONS,
  ...UNKNOWN_OBSERVATIONS,
] as const;

export type ObservationId = (typeof ALL)[number]['id'];

/** Every observation, in the order in which it is shown. */
export const OBSERVATIONS: readonly (ObservationDefinition & { readonly id: ObservationId })[] = ALL;
