import { building } from '../../specs/engines/contexts.spec.ts';
import { exporting } from '../../specs/engines/exports.spec.ts';
import { platforms } from '../../specs/engines/platforms.spec.ts';
import { saving } from '../../specs/engines/scenarios.spec.ts';
import { compared, loaded, reproduced } from '../../specs/engines/together.spec.ts';
import { build } from '../../specs/procedure/build.spec.ts';
import { builders } from '../../specs/procedure/builders.spec.ts';
import { compile } from '../../specs/procedure/compile.spec.ts';
import { context } from '../../specs/procedure/context.spec.ts';
import { load } from '../../specs/procedure/load.spec.ts';
import { reproduce } from '../../specs/procedure/reproduce.spec.ts';
import { run } from '../../specs/procedure/run.spec.ts';
import { save } from '../../specs/procedure/save.spec.ts';
import { shell } from '../../specs/procedure/shell.spec.ts';
import { tree } from '../../specs/procedure/tree.spec.ts';
import { passing } from '../../specs/tools/passage.spec.ts';
import { surviving } from '../../specs/tools/survival.spec.ts';
import type { StepName } from '../engines/answers.ts';
import type { Requirement } from '../requirements/define.ts';
import type { FlowEvidence } from '../requirements/procedure/evidence.ts';

/** The only place where product code imports specs. Reports, catalogue and proofs read the requirements from here. */

/** Every step of the documented procedure, in its order. */
export const STEPS = [compile, builders, context, build, run, save, tree, shell, load, reproduce] as const;

/** The requirements of the procedure by the evidence that they judge. */
export const PROCEDURE_REQUIREMENTS = {
  compile: compile.requirements,
  builders: builders.requirements,
  context: context.requirements,
  build: build.requirements,
  run: run.requirements,
  save: [...save.requirements, ...tree.requirements],
  shell: shell.requirements,
  load: load.requirements,
  reproduce: reproduce.requirements,
} as const satisfies { readonly [Step in StepName]: readonly Requirement<FlowEvidence[Step]>[] };

/** What scenarios beside the procedure ask of one engine. */
export const SCENARIO_REQUIREMENTS = [...saving, ...exporting, ...platforms] as const;

/** What is asked of every builder and wide context. */
export const WIDE_REQUIREMENTS = building;

/** What only the images of several engines, side by side, can show. */
export const COMPARED_REQUIREMENTS = compared;
export const REPRODUCED_REQUIREMENTS = reproduced;
/** What an engine does with the archives of the others. */
export const LOADED_REQUIREMENTS = loaded;
export const TOGETHER_REQUIREMENTS = [...compared, ...reproduced, ...loaded] as const;

/** What is asked of an image on its way through a tool. */
export const PASSAGE_REQUIREMENTS = [...passing, ...surviving] as const;

export type ProcedureId<Step extends StepName = StepName> =
  (typeof PROCEDURE_REQUIREMENTS)[Step][number]['id'];
