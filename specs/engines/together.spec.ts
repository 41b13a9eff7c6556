import type { Json } from '../../helpers/common/json.ts';
import { requirementsAbout } from '../../helpers/requirements/define.ts';
import { nameOf } from '../../helpers/requirements/matrix/built-image.ts';
import type { BuiltImage, Compared, Loaded } from '../../helpers/requirements/matrix/built-image-model.ts';
import type { Violation } from '../../helpers/requirements/outcome.ts';
import { mustEqual } from '../../helpers/requirements/violation.ts';

// One context, every engine and builder: the same entries, and (engines of one kind) the same layers to the bit.
export const compared = requirementsAbout<Compared>('together')([
  {
    id: 'across.entries',
    title: 'Every engine and builder makes layers of the same entries from one context',
    level: 'consumer',
    source: {
      document: 'layer',
      section: 'representing-changes',
      quote: 'Added and modified files and directories in their entirety',
    },
    consequence: 'An image depends on who built it: files, modes or owners differ after a change of builder.',
    *check({ own, reference }) {
      const [expected, found] = [reference.layers, own.layers];
      yield* mustAgree(found.length, 'number of layers', expected.length, nameOf(reference));
      for (const [layer, entries] of found.entries()) {
        const wanted = expected[layer];
        if (wanted === undefined) continue;
        yield* mustEqual(entries, 'entries of the layer', wanted, nameOf(reference), { layer });
      }
    },
  },
  {
    id: 'across.diff-ids',
    title: 'Every engine and builder of one kind makes the same layers from one context',
    level: 'consumer',
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

// SOURCE_DATE_EPOCH and rewrite-timestamp: one image, whichever BuildKit made it, and whichever exporter wrote it.
export const reproduced = requirementsAbout<Compared>('together')([
  {
    id: 'across.reproducible',
    title: 'A reproducible build has the same config digest and layers on every BuildKit',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'README.md#imageregistry',
      quote: 'rewrite the file timestamps to the `SOURCE_DATE_EPOCH` value',
    },
    aliases: ['T3', 'R45', 'R47'],
    consequence:
      'An image cannot be verified by building it again elsewhere: pin the version of BuildKit that rebuilds it.',
    *check({ own, reference }) {
      yield* mustAgree(own.configDigest, 'config digest', reference.configDigest, nameOf(reference));
      yield* otherLayers(own, reference);
    },
  },
]);

// Who loads whose archive. What may be refused, and why, stands in fixtures/across/loads.json.
export const loaded = requirementsAbout<Loaded>('together')([
  {
    id: 'across.load',
    title: 'Every archive is loaded by every engine that is not known to refuse its form',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/buildkit#4131',
      quote: 'An OCI archive without manifest.json is not loaded.',
    },
    aliases: ['R23', 'R72'],
    consequence: 'Images cannot be carried from one host to another. Save in a form that both sides know.',
    *check({ saved, answer, refused }) {
      const { loaded, said, diffIds, name } = answer;
      if (refused !== undefined) {
        if (loaded)
          yield* mustAgree('it loads', 'load', `a refusal: ${refused}`, 'fixtures/across/loads.json');
      } else if (!loaded) yield* mustAgree(said, 'load', 'it loads', nameOf(saved));
      else {
        const from = `diffIDs of ${name || 'no image'}`;
        yield* mustAgree([...diffIds], from, [...saved.diffIds], nameOf(saved));
      }
    },
  },
]);

function* otherLayers(own: BuiltImage, reference: BuiltImage): Iterable<Violation> {
  yield* mustAgree([...own.diffIds], 'diffIDs of the image', [...reference.diffIds], nameOf(reference));
}

function mustAgree(actual: Json, from: string, expected: Json, expectedFrom: string): Iterable<Violation> {
  return mustEqual(actual, from, expected, expectedFrom, { step: 'together' });
}
