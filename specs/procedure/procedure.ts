import { PROCEDURE, type ProcedureStep } from '../../helpers/procedure/procedure.ts';
import { type DeclaredTest, listen } from '../../helpers/runner/declare.ts';
import type { DeclaredStep } from '../../helpers/runner/run-declared.ts';

const SPECS: Readonly<Record<ProcedureStep, () => Promise<unknown>>> = {
  compile: () => import('./compile.spec.ts'),
  builders: () => import('./builders.spec.ts'),
  build: () => import('./build.spec.ts'),
  run: () => import('./run.spec.ts'),
  save: () => import('./save.spec.ts'),
  tree: () => import('./tree.spec.ts'),
  shell: () => import('./shell.spec.ts'),
  load: () => import('./load.spec.ts'),
};

/** The tests that the specs declare, for who runs them without vitest. A spec declares its tests once in a process. */
export async function declaredSteps(): Promise<readonly DeclaredStep[]> {
  const steps: DeclaredStep[] = [];
  for (const step of PROCEDURE) {
    const tests: DeclaredTest[] = [];
    listen((test) => tests.push(test));
    await SPECS[step]();
    steps.push({ step, tests });
  }
  return steps;
}
