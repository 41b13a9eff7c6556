import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import type { Expectation, ExpectedFiles } from '../requirements/expectation/expectation-model.ts';
import { readExpectation } from '../requirements/expectation/read-expectation.ts';
import type { ExpectedImage, ExpectedImageFile } from '../requirements/procedure/evidence.ts';

/** What `c/main.c` prints. */
const PROGRAM_OUTPUT = 'Hello, world!\n';

/** Reads what the documented image holds: the fixture's expectation is the single place. */
export async function readExpectedImage(): Promise<{
  readonly expectedImage: ExpectedImage;
  readonly expectation: Expectation;
}> {
  const expectation = await readExpectation(join(projectFolder('fixtures/hello'), 'expectation.json'));
  return { expectedImage: toExpectedImage(expectation), expectation };
}

export function toExpectedImage({ config, layers = [], rootfs }: Expectation): ExpectedImage {
  return {
    cmd: config?.Cmd ?? [],
    layers: layers.flatMap(filesOf),
    root: [...filesOf(rootfs ?? {})].sort((a, b) => (a.path < b.path ? -1 : 1)),
    output: PROGRAM_OUTPUT,
    errors: '',
    exitCode: 0,
    isGiven: false,
  };
}

function filesOf({ files = [] }: ExpectedFiles): readonly ExpectedImageFile[] {
  return files.map(({ path, content }) => ({ path, content: content ?? null }));
}
