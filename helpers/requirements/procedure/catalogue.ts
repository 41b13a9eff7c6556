import type { StepName } from '../../engines/answers.ts';
import type { Requirement } from '../define.ts';
import { BUILD_REQUIREMENTS } from './build.ts';
import { BUILDERS_REQUIREMENTS } from './builders.ts';
import { COMPILE_REQUIREMENTS } from './compile.ts';
import type { FlowEvidence } from './evidence.ts';
import { LOAD_REQUIREMENTS } from './load.ts';
import { RUN_REQUIREMENTS } from './run.ts';
import { SAVE_REQUIREMENTS } from './save.ts';
import { SHELL_REQUIREMENTS } from './shell.ts';
import { TREE_REQUIREMENTS } from './tree.ts';

/** Every claim about the documented procedure, by step, in its order. */
export const FLOW_REQUIREMENTS = {
  compile: COMPILE_REQUIREMENTS,
  builders: BUILDERS_REQUIREMENTS,
  build: BUILD_REQUIREMENTS,
  run: RUN_REQUIREMENTS,
  save: [...SAVE_REQUIREMENTS, ...TREE_REQUIREMENTS],
  shell: SHELL_REQUIREMENTS,
  load: LOAD_REQUIREMENTS,
} as const satisfies { readonly [Step in StepName]: readonly Requirement<FlowEvidence[Step]>[] };

export const STEPS = Object.keys(FLOW_REQUIREMENTS) as readonly StepName[];

/** Ids of the claims about one step. */
export type ClaimId<Step extends StepName> = (typeof FLOW_REQUIREMENTS)[Step][number]['id'];

export type FlowId = { readonly [Step in StepName]: ClaimId<Step> }[StepName];
