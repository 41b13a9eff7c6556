import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectFolder } from '../../../helpers/common/project-files.ts';
import type { Requirement } from '../../../helpers/requirements/define.ts';
import { sourceUrl } from '../../../helpers/requirements/documents.ts';
import { PROCEDURE } from '../../../helpers/requirements/procedure/step.ts';
import { STEPS } from '../../../helpers/runner/steps.ts';

const procedure = readFileSync(join(projectFolder('fixtures'), 'documented-flow.md'), 'utf8');
const requirements: readonly Requirement<never>[] = STEPS.flatMap(
  ({ requirements }) => requirements as readonly Requirement<never>[],
);
const folder = projectFolder('specs/procedure');
const names = readdirSync(folder).filter((name) => name.endsWith('.spec.ts'));
const specs = names.map((name) => readFileSync(join(folder, name), 'utf8'));

/** As GitHub makes anchors of headings. */
const anchors = [...procedure.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading.toLowerCase().replaceAll(' ', '-'),
);

describe('every requirement about the documented flow', () => {
  test.for(requirements)('$id', ({ id, title, source, consequence }) => {
    expect(title.length).toBeLessThanOrEqual(90);
    expect(title).not.toMatch(/\b(should|correctly|properly|test that)\b/i);
    expect(consequence).toMatch(/[.!]$/);
    expect(sourceUrl(source)).not.toBe('');
    expect(
      specs.filter((text) => text.includes(`'${id}'`)),
      'spec files that state it',
    ).toHaveLength(1);
  });

  test.for(requirements.filter(({ source }) => source.document === 'documented-flow'))(
    '$id quotes the procedure word for word',
    ({ source }) => {
      expect(procedure).toContain(source.quote);
      expect(anchors).toContain(source.section);
    },
  );

  test('ids and titles are unique', () => {
    expect(new Set(requirements.map(({ id }) => id)).size).toBe(requirements.length);
    expect(new Set(requirements.map(({ title }) => title)).size).toBe(requirements.length);
  });
});

describe('the specs of the procedure', () => {
  test('are the steps of the procedure, in its order', () => {
    expect(STEPS.map(({ step }) => step)).toEqual(PROCEDURE);
    expect(names.toSorted()).toEqual(PROCEDURE.map((step) => `${step}.spec.ts`).toSorted());
  });
});
