import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import { entriesOf, fieldOf, stringOf } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { Locator } from '../../common/locator.ts';
import type { Violation } from '../outcome.ts';
import { stated } from './config.ts';
import type { ExpectedAnnotations, ExpectedCompression, ExpectedMediaTypes } from './expectation-model.ts';
import { compareValues, type NamedValues } from './values.ts';

/** The image as manifests tell it: its own, or those of its config where `manifest.json` led to it. */
export function manifestsOf({ ociImages }: Archive, image: Image): readonly Image[] {
  if (image.manifest) return [image];
  const digest = image.config?.digest;
  if (digest === undefined) return [];
  return ociImages.filter(({ kind, config }) => kind === 'image' && config?.digest === digest);
}

/** The index that lists the manifest. */
export function indexOf({ documents, indexes = [] }: Archive, { path }: Image): JsonDocument | undefined {
  const digest = path.at(-2);
  return digest === undefined ? documents['index.json'] : indexes.find((index) => index.digest === digest);
}

export function* compareAnnotations(
  archive: Archive,
  image: Image,
  expected: ExpectedAnnotations,
): Iterable<Violation> {
  const manifests = manifestsOf(archive, image);
  if (manifests.length === 0) yield noManifest(image, expected as Json, '/annotations');
  for (const own of manifests) {
    const { index, descriptor, manifest, layers = [] } = expected;
    const list = indexOf(archive, own);
    if (index)
      yield* compareValues(
        annotationsOf(list?.value, { ...(list && { member: list.member }) }),
        index,
        '/annotations/index',
      );
    if (descriptor)
      yield* compareValues(
        annotationsOf(own.descriptor?.value, own.descriptor?.where ?? {}),
        descriptor,
        '/annotations/descriptor',
      );
    if (manifest)
      yield* compareValues(
        annotationsOf(own.manifest?.value, placeOf(own, '/annotations')),
        manifest,
        '/annotations/manifest',
      );
    for (const [position, wanted] of layers.entries())
      yield* compareValues(
        annotationsOf(own.layers[position]?.descriptor?.value, placeOf(own, `/layers/${position}`)),
        wanted,
        `/annotations/layers/${position}`,
      );
  }
}

/** A value that is no text is shown as JSON; it equals no text. */
export function annotationsOf(value: Json | undefined, where: Locator): NamedValues {
  const entries = entriesOf(fieldOf(value, 'annotations'));
  return {
    values: new Map(
      entries.map(([name, text]) => [name, typeof text === 'string' ? text : JSON.stringify(text)]),
    ),
    where,
    from: 'annotations',
  };
}

export function* compareMediaTypes(
  archive: Archive,
  image: Image,
  expected: ExpectedMediaTypes,
): Iterable<Violation> {
  const manifests = manifestsOf(archive, image);
  if (manifests.length === 0) yield noManifest(image, expected as Json, '/mediaTypes');
  for (const own of manifests) {
    const { manifest, config, layers } = expected;
    const found = mediaTypesOf(own);
    if (manifest !== undefined && manifest !== found.manifest)
      yield differs(
        own.descriptor?.where ?? {},
        manifest,
        found.manifest,
        'manifest',
        'mediaType of the descriptor',
      );
    if (config !== undefined && config !== found.config)
      yield differs(placeOf(own, '/config'), config, found.config, 'config', 'mediaType of the descriptor');
    if (layers !== undefined)
      yield* compareList(own, layers, found.layers, '/mediaTypes/layers', 'mediaType of the descriptor');
  }
}

export function mediaTypesOf({ descriptor, manifest, layers }: Image) {
  return {
    manifest: stringOf(descriptor?.value, 'mediaType') ?? stringOf(manifest?.value, 'mediaType'),
    config: stringOf(fieldOf(manifest?.value, 'config'), 'mediaType'),
    layers: layers.map((layer) => stringOf(layer.descriptor?.value, 'mediaType')),
  };
}

function differs(
  where: Locator,
  wanted: string,
  found: string | undefined,
  field: string,
  from: string,
): Violation {
  return {
    where,
    expected: { value: wanted, from: stated(`/mediaTypes/${field}`) },
    actual: { value: found ?? 'absent', from },
  };
}

export function* compareCompression(
  image: Image,
  expected: ExpectedCompression | readonly ExpectedCompression[],
): Iterable<Violation> {
  const found = image.layers.map(({ layer }) => layer?.compression);
  yield* compareList(image, expected, found, '/compression', 'first bytes of the layer');
}

/** One value for every layer, or one for each: then as many as there are layers. */
function* compareList(
  image: Image,
  expected: string | readonly string[],
  found: readonly (string | undefined)[],
  pointer: string,
  from: string,
): Iterable<Violation> {
  const wanted = typeof expected === 'string' ? found.map(() => expected) : expected;
  if (wanted.length !== found.length)
    yield {
      where: { image: imageKey(image) },
      expected: { value: `${wanted.length} layers`, from: stated(pointer) },
      actual: { value: `${found.length} layers`, from: `layers of ${imageKey(image)}` },
    };
  for (const [layer, value] of wanted.entries()) {
    const { member } = image.layers[layer] ?? {};
    if (member === undefined || found[layer] === value) continue;
    yield {
      where: { image: imageKey(image), layer, member },
      expected: { value, from: stated(typeof expected === 'string' ? pointer : `${pointer}/${layer}`) },
      actual: { value: found[layer] ?? 'absent', from },
    };
  }
}

function placeOf(image: Image, pointer: string): Locator {
  return { image: imageKey(image), ...(image.manifest && { member: image.manifest.member }), pointer };
}

function noManifest(image: Image, expected: Json, pointer: string): Violation {
  return {
    where: { image: imageKey(image) },
    expected: { value: expected, from: stated(pointer) },
    actual: { value: 'no manifest', from: 'manifests of this image that index.json leads to' },
  };
}
