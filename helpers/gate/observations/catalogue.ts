import { CONFIG_FACTS } from './config.ts';
import type { FactDefinition } from './define.ts';
import { DOCUMENT_FACTS, INDEX_FACTS } from './documents.ts';
import { ENGINE_FACTS } from './engine.ts';
import { LAYER_FACTS } from './layers.ts';
import { MEDIA_TYPE_FACTS } from './media-types.ts';
import { MEMBER_FACTS } from './members.ts';
import { UNKNOWN_FACTS } from './unknown.ts';

const ALL = [
  ...DOCUMENT_FACTS,
  ...INDEX_FACTS,
  ...MEMBER_FACTS,
  ...MEDIA_TYPE_FACTS,
  ...CONFIG_FACTS,
  ...LAYER_FACTS,
  ...ENGINE_FACTS,
  ...UNKNOWN_FACTS,
] as const;

export type FactId = (typeof ALL)[number]['id'];

/** Every fact, in the order in which it is shown. */
export const FACTS: readonly (FactDefinition & { readonly id: FactId })[] = ALL;
