import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { PROCEDURE } from '../requirements/procedure/step.ts';

const ORDER: readonly string[] = ['hello', ...PROCEDURE];

/** Runs the specs of the flow in the order of the procedure, so that progress reads like it; results do not depend on it. */
export class ProcedureOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => stepRank(a.moduleId) - stepRank(b.moduleId));
  }
}

/** Position of a spec file in the procedure; -1 for files of other projects. */
function stepRank(file: string): number {
  const [, step = ''] = /specs\/(?:procedure\/)?([a-z-]+)\.spec\.ts$/.exec(file) ?? [];
  return ORDER.indexOf(step);
}
