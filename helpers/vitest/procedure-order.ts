import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ORDER = ['compile', 'builders', 'build', 'run', 'save', 'tree', 'shell', 'load'];

/** Runs the specs of the flow in the order of the procedure, so that progress reads like it; results do not depend on it. */
export class ProcedureOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const [, step = ''] = /specs\/flow\/([a-z-]+)\.spec\.ts$/.exec(moduleId) ?? [];
  return ORDER.indexOf(step);
}
