import { describe, inject, type TestContext, test } from 'vitest';
import { assertIdentity } from '../../engines/client.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { limited } from '../../engines/limited.ts';
import { watchEngine } from '../../engines/watch-engine.ts';
import { loadForeign } from '../../procedure/scenarios/load-foreign.ts';
import { type BuiltImage, isOfProcedure, type Loaded } from '../../requirements/matrix/built-image-model.ts';
import type { Outcome } from '../../requirements/outcome.ts';
import { show } from '../show.ts';
import { LOADED_REQUIREMENTS } from '../steps.ts';
import { workerEngine } from '../worker.ts';
import { COMPARISONS, compareEngine, judgeSubjects } from './across/comparisons.ts';
import { whyRefused } from './across/exceptions.ts';
import { readBuilt } from './built.ts';

// A file of tests: one engine beside the others. Its worker reads what the others left, and talks to its own engine only.
const engine = await workerEngine();
await assertIdentity(engine);
const watch = watchEngine(engine);
const images = await readBuilt(inject('engines'));

describe('together', () => {
  for (const comparison of COMPARISONS) {
    const { id, title } = comparison.requirement;
    test(`${id}: ${title}`, async (context) => {
      const own = images.filter((image) => image.engine.name === engine.name && comparison.groupOf(image));
      tell(context, await compareEngine(comparison, engine, images), own);
    });
  }
  for (const requirement of LOADED_REQUIREMENTS) {
    test(`${requirement.id}: ${requirement.title}`, async (context) => {
      const loaded: Loaded[] = [];
      for (const image of firstOfEachForm(images, engine)) loaded.push(await loadIn(engine, image));
      tell(context, await judgeSubjects(engine, requirement, loaded, 'there is no other engine'));
    });
  }
});

/** One saver of each form; what the API saves is what the command line saves. */
const FORMS: readonly string[] = [
  'docker-save',
  'podman-docker-archive',
  'podman-oci-archive',
  'buildx-docker',
  'buildx-oci',
];

/** The first archive of each form that each other engine saved. */
function firstOfEachForm(all: readonly BuiltImage[], { name }: EngineHandle): readonly BuiltImage[] {
  const key = ({ engine: { name: other }, saver }: BuiltImage) => `${other}/${saver}`;
  const candidates = all.filter(
    (image) => isOfProcedure(image) && FORMS.includes(image.saver) && image.engine.name !== name,
  );
  return candidates.filter(
    (image, position) => candidates.findIndex((each) => key(each) === key(image)) === position,
  );
}

async function loadIn(loader: EngineHandle, saved: BuiltImage): Promise<Loaded> {
  const refused = whyRefused(saved, loader);
  const answer = await watch.during('load', (lost) =>
    limited('load', () => loadForeign(loader, saved.file), lost),
  );
  return { saved, loader, answer, ...(refused !== undefined && { refused }) };
}

/** Ends a test; its engine's own images go with it, so that other shards can be compared. */
function tell(context: TestContext, outcomes: readonly Outcome[], own: readonly BuiltImage[] = []): void {
  const subject = { id: `${engine.name}/together`, engine: engine.name };
  const [only] = outcomes;
  show(context, {
    judged: [{ step: 'together', subject, outcomes, observations: [], images: own }],
    ...(only?.status === 'not-applicable' && { skipped: `not applicable: ${only.reason}` }),
  });
}
