import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import type { Expectation, ExpectedFiles } from '../requirements/expectation/model.ts';
import { readExpectation } from '../requirements/expectation/read.ts';
import type { Promised, PromisedFile } from '../requirements/procedure/evidence.ts';

/** What `c/main.c` prints. */
export const PROGRAM_OUTPUT = 'Hello, world!\n';

/** Reads what the documented image promises: the fixture's expectation is the single place. */
export async function readPromised(): Promise<{
  readonly promised: Promised;
  readonly expectation: Expectation;
}> {
  const expectation = await readExpectation(join(projectFolder('fixtures/hello'), 'expectation.json'));
  return { promised: toPromised(expectation), expectation };
}

export function toPromised({ config, layers = [], rootfs }: Expectation): Promised {
  return {
    cmd: config?.Cmd ?? [],
    layers: layers.flatMap(filesOf),
    root: [...filesOf(rootfs ?? {})].sort((a, b) => (a.path < b.path ? -1 : 1)),
    output: PROGRAM_OUTPUT,
  };
}

function filesOf({ files = [] }: ExpectedFiles): readonly PromisedFile[] {
  return files.map(({ path, content }) => ({ path, content: content ?? null }));
}
