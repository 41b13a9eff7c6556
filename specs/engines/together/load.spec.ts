import { describe, test } from 'vitest';
import type { Loaded } from '../../../helpers/requirements/matrix/built-image-model.ts';
import { LOADED_REQUIREMENTS } from '../../../helpers/requirements/matrix/engines.ts';
import { allEngines, builtImages, judgeLoads, loadIn } from '../../../helpers/runner/together.ts';

/** One of each form; what the API saves is what the command line saves. */
const SAVERS: readonly string[] = [
  'docker-save',
  'podman-docker-archive',
  'podman-oci-archive',
  'buildx-docker',
  'buildx-oci',
];

// Who loads whose archive. What may be refused, and why, stands in fixtures/across/loads.json.
describe.for(allEngines().map((engine) => ({ engine, name: engine.name })))('$name', ({ engine }) => {
  test.for(LOADED_REQUIREMENTS)('$id: $title', async (requirement, context) => {
    const images = (await builtImages()).filter(({ saver }) => SAVERS.includes(saver));
    const firsts = images.filter(
      (image) =>
        image.engine.name !== engine.name &&
        image ===
          images.find(({ engine: { name }, saver }) => name === image.engine.name && saver === image.saver),
    );
    const loaded: Loaded[] = [];
    for (const image of firsts) loaded.push(await loadIn(engine, image));
    await judgeLoads(context, engine, requirement, loaded);
  });
});
