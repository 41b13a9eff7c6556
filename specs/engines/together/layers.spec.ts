import { describe, test } from 'vitest';
import { COMPARISONS } from '../../../helpers/runner/matrix/across/comparisons.ts';
import {
  allEngines,
  builtImages,
  compareTogether,
  reproducedImages,
} from '../../../helpers/runner/together.ts';

// One context, every engine and builder: the same entries, and (engines of one kind) the same layers to the bit.
// SOURCE_DATE_EPOCH and rewrite-timestamp: one image, whichever BuildKit made it, and whichever exporter wrote it.
describe.for(allEngines().map((engine) => ({ engine, name: engine.name })))('$name', ({ engine }) => {
  test.for(COMPARISONS)('$requirement.id: $requirement.title', async (comparison, context) => {
    const images = [...(await builtImages()), ...(await reproducedImages())];
    await compareTogether(context, engine, comparison, images);
  });
});
