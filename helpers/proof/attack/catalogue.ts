import { ARGUMENT_ATTACKS } from './arguments.ts';
import { INPUT_ATTACKS } from './inputs.ts';
import type { Attack } from './model.ts';
import { OUTPUT_ATTACKS } from './outputs.ts';
import { SURROUNDINGS_ATTACKS } from './surroundings.ts';

/** Every attack; a new subject is one more list. */
export const ATTACKS: readonly Attack[] = [
  ...ARGUMENT_ATTACKS,
  ...OUTPUT_ATTACKS,
  ...INPUT_ATTACKS,
  ...SURROUNDINGS_ATTACKS,
];
