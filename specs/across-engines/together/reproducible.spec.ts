import { describe, test } from 'vitest';
import type { ScenarioName } from '../../../helpers/scenarios/model.ts';
import { REPRODUCED_REQUIREMENTS } from '../../../helpers/together/requirements.ts';
import { allEngines, judgeTogether, reproducedImages } from '../../../helpers/vitest/together.ts';

const SCENARIOS: readonly ScenarioName[] = ['reproducible', 'reproducible-folders'];

// SOURCE_DATE_EPOCH and rewrite-timestamp: one image, whichever BuildKit made it, and whichever exporter wrote it.
describe.for(allEngines().map((engine) => ({ engine, name: engine.name })))('$name', ({ engine }) => {
  test.for(REPRODUCED_REQUIREMENTS)('$id: $title', async (requirement, context) => {
    const images = await Promise.all(SCENARIOS.map((scenario) => reproducedImages(scenario)));
    const compared = images.flatMap(([reference, ...others]) =>
      others
        .filter((own) => own.engine.name === engine.name)
        .flatMap((own) => (reference === undefined ? [] : [{ own, reference }])),
    );
    await judgeTogether(context, engine, requirement, compared, 'there is no other reproducible build');
  });
});
