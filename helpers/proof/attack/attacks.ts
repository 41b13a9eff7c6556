import { ARGUMENT_ATTACKS } from './arguments.ts';
import type { Attack } from './attack-model.ts';
import { ENGINE_ATTACKS } from './engines.ts';
import { ESCAPING_ATTACKS } from './escaping.ts';
import { INPUT_ATTACKS } from './inputs.ts';
import { OUTPUT_ATTACKS } from './outputs.ts';
import { SECRET_ATTACKS } from './secrets.ts';
import { SURROUNDINGS_ATTACKS } from './surroundings.ts';

/** Every attack; a new subject is one more list. */
export const ATTACKS: readonly Attack[] = [
  ...ARGUMENT_ATTACKS,
  ...OUTPUT_ATTACKS,
  ...INPUT_ATTACKS,
  ...SURROUNDINGS_ATTACKS,
  ...ESCAPING_ATTACKS,
  ...ENGINE_ATTACKS,
  ...SECRET_ATTACKS,
];
