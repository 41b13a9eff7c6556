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
  const folder = projectFolder(`fixtures/contexts/${name}`);
  const [expectation, text] = await Promise.all([
    readExpectation(join(folder, 'expectation.json')),
    readFile(join(folder, 'differences.json'), 'utf8').catch(() => undefined),
  ]);
  if (text === undefined) return { expectation, differences: [] };
  return { expectation, differences: (JSON.parse(text) as { differences: WideDifference[] }).differences };
});
