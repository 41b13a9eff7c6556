import type { Json } from '../../common/json.ts';
import { defineRequirements } from '../define.ts';
import type { Violation } from '../outcome.ts';
import { nameOf } from './built-image.ts';
import type { BuiltImage, Compared, Loaded } from './built-image-model.ts';
import { REWRITE_TIMESTAMP } from './sources.ts';

/** What the images of several engines and builders have in common. */
export const COMPARED_REQUIREMENTS = defineRequirements<Compared, 'across.diff-ids' | 'across.entries'>([
  {
    id: 'across.entries',
    title: 'Every engine and builder makes layers of the same entries from one context',
    level: 'consumer',
    subject: 'together',
    source: {
      document: 'layer',
      section: 'representing-changes',
      quote: 'Added and modified files and directories in their entirety',
    },
    consequence: 'An image depends on who built it: files, modes or owners differ after a change of builder.',
    *check({ own, reference }) {
      const [expected, found] = [reference.layers, own.layers];
      if (expected.length !== found.length)
        yield breach(expected.length, found.length, 'number of layers', nameOf(reference));
      for (const [layer, entries] of found.entries()) {
        const wanted = expected[layer];
        if (wanted === undefined || JSON.stringify(wanted) === JSON.stringify(entries)) continue;
        yield { ...breach(wanted, entries, 'entries of the layer', nameOf(reference)), where: { layer } };
      }
    },
  },
  {
    id: 'across.diff-ids',
    title: 'Every engine and builder of one kind makes the same layers from one context',
    level: 'consumer',
    subject: 'together',
    source: {
      document: 'config',
      section: 'layer-diffid',
      quote: "A layer DiffID is the digest over the layer's uncompressed tar archive",
    },
    consequence: 'Registries and hosts keep the same files twice, and caches miss after a change of builder.',
    *check({ own, reference }) {
      yield* otherLayers(own, reference);
    },
  },
]);

/** What BuildKit promises of a build with SOURCE_DATE_EPOCH and rewrite-timestamp, whichever engine it is part of. */
export const REPRODUCED_REQUIREMENTS = defineRequirements<Compared, 'across.reproducible'>([
  {
    id: 'across.reproducible',
    title: 'A reproducible build has the same config digest and layers on every BuildKit',
    level: 'consumer',
    subject: 'together',
    source: REWRITE_TIMESTAMP,
    aliases: ['T3', 'R45', 'R47'],
    consequence:
      'An image cannot be verified by building it again elsewhere: pin the version of BuildKit that rebuilds it.',
    *check({ own, reference }) {
      const [expected, found] = [reference.configDigest, own.configDigest];
      if (expected !== found) yield breach(expected, found, 'config digest', nameOf(reference));
      yield* otherLayers(own, reference);
    },
  },
]);

/** What a loader does with the archive of another engine. */
export const LOADED_REQUIREMENTS = defineRequirements<Loaded, 'across.load'>([
  {
    id: 'across.load',
    title: 'Every archive is loaded by every engine that is not known to refuse its form',
    level: 'consumer',
    subject: 'together',
    source: {
      document: 'issue-tracker',
      section: 'moby/buildkit#4131',
      quote: 'An OCI archive without manifest.json is not loaded.',
    },
    aliases: ['R23', 'R72'],
    consequence: 'Images cannot be carried from one host to another. Save in a form that both sides know.',
    *check({ saved, answer, refused }) {
      if (refused !== undefined) {
        if (answer.loaded)
          yield breach(`a refusal: ${refused}`, 'it loads', 'load', 'fixtures/across/loads.json');
        return;
      }
      if (!answer.loaded) yield breach('it loads', answer.said, 'load', nameOf(saved));
      else if (JSON.stringify(answer.diffIds) !== JSON.stringify(saved.diffIds))
        yield breach(
          [...saved.diffIds],
          [...answer.diffIds],
          `diffIDs of ${answer.name || 'no image'}`,
          nameOf(saved),
        );
    },
  },
]);

/** Everything that is asked of several engines at once. */
export const TOGETHER_REQUIREMENTS = [
  ...COMPARED_REQUIREMENTS,
  ...REPRODUCED_REQUIREMENTS,
  ...LOADED_REQUIREMENTS,
] as const;

function breach(expected: Json, actual: Json, from: string, expectedFrom: string): Violation {
  return {
    where: { step: 'together' },
    expected: { value: expected, from: expectedFrom },
    actual: { value: actual, from },
  };
}

function* otherLayers(own: BuiltImage, reference: BuiltImage): Iterable<Violation> {
  const [expected, found] = [[...reference.diffIds], [...own.diffIds]];
  if (JSON.stringify(expected) !== JSON.stringify(found))
    yield breach(expected, found, 'diffIDs of the image', nameOf(reference));
}
