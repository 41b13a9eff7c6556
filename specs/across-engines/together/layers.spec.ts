import { describe, test } from 'vitest';
import { kindOf } from '../../../helpers/together/exceptions.ts';
import type { BuiltImage } from '../../../helpers/together/model.ts';
import { COMPARED_REQUIREMENTS } from '../../../helpers/together/requirements.ts';
import { allEngines, builtImages, judgeTogether } from '../../../helpers/vitest/together.ts';

// One context, every engine and builder: the same entries, and (engines of one kind) the same layers to the bit.
describe.for(allEngines().map((engine) => ({ engine, name: engine.name })))('$name', ({ engine }) => {
  test.for(COMPARED_REQUIREMENTS)('$id: $title', async (requirement, context) => {
    const images = await builtImages();
    const peersOf = (own: BuiltImage) =>
      requirement.id === 'across.diff-ids' ? images.filter((each) => kindOf(each) === kindOf(own)) : images;
    const compared = images
      .filter((own) => own.engine.name === engine.name)
      .flatMap((own) => {
        const [reference] = peersOf(own);
        return reference === undefined || reference === own ? [] : [{ own, reference }];
      });
    await judgeTogether(context, engine, requirement, compared, 'there is no other image to compare with');
  });
});
