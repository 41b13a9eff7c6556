import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import { SCENARIO_NAMES } from '../../../helpers/requirements/matrix/scenario-model.ts';

test('a spec plays every scenario, each once', () => {
  const text = readFileSync(join(projectFolder('specs'), 'engines/scenarios.spec.ts'), 'utf8');
  const played = [...text.matchAll(/^judgeScenario\('([^']+)'\);$/gm)].map(([, name]) => name);
  expect(played.toSorted()).toEqual([...SCENARIO_NAMES].toSorted());
});
