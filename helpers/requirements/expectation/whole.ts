import { defineRequirements } from '../define.ts';
import { compareAttached } from './attached.ts';
import type { ExpectationSubject } from './expectation-model.ts';
import { findForbidden } from './forbidden.ts';
import { compareAnnotations, compareCompression, compareMediaTypes } from './manifests.ts';
import { compareSizes } from './sizes.ts';
import { needs, PROMISE, source } from './support.ts';

/** What is stated of an image as a whole: its manifests, what is attached to it, its size, and what it must not hold. */
export const WHOLE_REQUIREMENTS = defineRequirements<ExpectationSubject, `expectation.${string}`>([
  {
    ...PROMISE,
    id: 'expectation.annotations',
    title: 'Index, manifest and layers of the image have the stated annotations',
    source: source('annotations', 'Annotations of the image where index.json leads to it.'),
    consequence:
      'Policies, scanners and registries that read annotations find none, or those of another image.',
    when: needs('annotations'),
    *check({ archive, image, expectation: { annotations } }) {
      if (image && annotations) yield* compareAnnotations(archive, image, annotations);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.media-types',
    title: 'Manifest, config and layers of the image are of the stated media types',
    source: source('mediaTypes', 'Media types, as the descriptors of the image state them.'),
    consequence: 'A registry or runtime that knows only some media types refuses the image, or converts it.',
    when: needs('mediaTypes'),
    *check({ archive, image, expectation: { mediaTypes } }) {
      if (image && mediaTypes) yield* compareMediaTypes(archive, image, mediaTypes);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.compression',
    title: 'The layers of the image are compressed as stated',
    source: source('compression', 'Compression of the layers, as measured from their bytes'),
    consequence:
      'Digests of the image differ from those that were published, or an old engine cannot unpack its layers.',
    when: needs('compression'),
    *check({ image, expectation: { compression } }) {
      if (image && compression !== undefined) yield* compareCompression(image, compression);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.attestations',
    title: 'The archive holds the stated attestations of the image',
    source: source(
      'attestations',
      'How many statements (provenance, SBOM) the archive holds about the image',
    ),
    consequence:
      'A policy that asks for provenance or an SBOM refuses the image, or nobody can say what is in it.',
    when: needs('attestations'),
    *check({ archive, image, expectation: { attestations } }) {
      if (image && attestations !== undefined)
        yield* compareAttached(archive, image, 'attestations', attestations);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.signatures',
    title: 'The archive holds the stated signatures of the image',
    source: source('signatures', 'How many signatures the archive holds of the image'),
    consequence:
      'An admission policy that asks for signatures refuses the image. (Whether one is valid is not judged.)',
    when: needs('signatures'),
    *check({ archive, image, expectation: { signatures } }) {
      if (image && signatures !== undefined) yield* compareAttached(archive, image, 'signatures', signatures);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.sizes',
    title: 'The image and its layers stay within the stated sizes',
    source: source('sizes', 'Bounds; bytes of layers are counted uncompressed.'),
    consequence:
      'Pulls and starts take longer and disks fill up. What a later layer hides is smallest when the layer that adds it removes it.',
    when: needs('sizes'),
    *check({ image, expectation: { sizes } }) {
      if (image && sizes) yield* compareSizes(image, sizes);
    },
  },
  {
    ...PROMISE,
    id: 'expectation.forbidden',
    title: 'No layer, variable, label or history line holds what is forbidden',
    source: source(
      'forbidden',
      'Patterns that no path or text of a layer, no variable, label or history line may hold.',
    ),
    consequence:
      'A secret or a leftover is shipped: whoever can pull the image can read it, also where a later layer hides it.',
    when: needs('forbidden'),
    *check({ image, expectation: { forbidden }, matcher }) {
      if (image && forbidden) yield* findForbidden(image, forbidden, matcher);
    },
  },
]);
