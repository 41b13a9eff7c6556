import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onceFor } from '../../common/once.ts';
import { projectFolder } from '../../common/project-files.ts';
import type { Expectation } from '../../requirements/expectation/expectation-model.ts';
import { readExpectation } from '../../requirements/expectation/read-expectation.ts';
import type { WideDifference } from '../../requirements/matrix/wide-differences.ts';
import type { WideContextName } from '../../requirements/matrix/wide-model.ts';

export interface WideExpectation {
  readonly expectation: Expectation;
  readonly differences: readonly WideDifference[];
}

/** What every builder must make of a wide context, and what some are known to make otherwise. */
export const readWideExpectation = onceFor(async (name: WideContextName): Promise<WideExpectation> => {
  const [expectation, { differences = [] }] = await Promise.all([
    readExpectation(join(projectFolder(`fixtures/contexts/${name}`), 'expectation.json')),
    readBeside<{ differences?: readonly WideDifference[] }>(name, 'differences.json'),
  ]);
  return { expectation, differences };
});

/** A JSON file that not every wide context has beside it: `{}` where it is not there, and only there. */
export async function readBeside<Content extends object>(
  name: WideContextName,
  file: string,
): Promise<Partial<Content>> {
  const path = join(projectFolder(`fixtures/contexts/${name}`), file);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return JSON.parse(text) as Partial<Content>;
}
