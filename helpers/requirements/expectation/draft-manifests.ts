import type { Archive, Image } from '../../archive/model.ts';
import { attachedTo } from './attached.ts';
import { draftValues } from './draft-secrets.ts';
import type {
  Expectation,
  ExpectedAnnotations,
  ExpectedCompression,
  ExpectedMediaTypes,
} from './expectation-model.ts';
import { annotationsOf, indexOf, manifestsOf, mediaTypesOf } from './manifests.ts';
import { sizeOf, wastedOf } from './sizes.ts';

type WholeParts = Pick<
  Expectation,
  'annotations' | 'mediaTypes' | 'compression' | 'attestations' | 'signatures' | 'sizes'
>;

/** What can be stated of the image as a whole. Where several manifests lead to it, nothing is stated of them. */
export function draftWhole(archive: Archive, image: Image, showSecrets: boolean): WholeParts {
  const [manifest, ...more] = manifestsOf(archive, image);
  const only = more.length === 0 ? manifest : undefined;
  const annotations = only && draftAnnotations(archive, only, showSecrets);
  const mediaTypes = only && draftMediaTypes(only);
  const compression = draftCompression(image);
  const { attestations, signatures } = attachedTo(archive, image);
  return {
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
    ...(mediaTypes && Object.keys(mediaTypes).length > 0 && { mediaTypes }),
    ...(compression !== undefined && { compression }),
    ...(attestations.length > 0 && { attestations: kindsOrCount(attestations) }),
    ...(signatures.length > 0 && { signatures: kindsOrCount(signatures) }),
    ...draftSizes(image),
  };
}

function draftAnnotations(archive: Archive, image: Image, showSecrets: boolean): ExpectedAnnotations {
  const drafted = (value: Parameters<typeof annotationsOf>[0]) =>
    draftValues(Object.fromEntries(annotationsOf(value, {}).values), showSecrets);
  const single = Object.entries({
    index: drafted(indexOf(archive, image)?.value),
    descriptor: drafted(image.descriptor?.value),
    manifest: drafted(image.manifest?.value),
  }).filter(([, values]) => Object.keys(values).length > 0);
  const layers = image.layers.map(({ descriptor }) => drafted(descriptor?.value));
  const hasLayers = layers.some((values) => Object.keys(values).length > 0);
  return { ...Object.fromEntries(single), ...(hasLayers && { layers }) };
}

function draftMediaTypes(image: Image): ExpectedMediaTypes {
  const { manifest, config, layers } = mediaTypesOf(image);
  const known = layers.filter((type): type is string => isStated(type));
  return {
    ...(isStated(manifest) && { manifest }),
    ...(isStated(config) && { config }),
    ...(known.length > 0 && known.length === layers.length && { layers: oneOrEach(known) }),
  };
}

function isStated(type: string | undefined): type is string {
  return type !== undefined && type !== '';
}

function draftCompression({ layers }: Image): Expectation['compression'] {
  const found = layers.flatMap(({ layer }): readonly ExpectedCompression[] => {
    const compression = layer?.compression;
    return compression === 'none' || compression === 'gzip' || compression === 'zstd' ? [compression] : [];
  });
  return found.length > 0 && found.length === layers.length ? oneOrEach(found) : undefined;
}

function oneOrEach<Value>(values: readonly Value[]): Value | readonly Value[] {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : values;
}

function kindsOrCount(kinds: readonly string[]): number | readonly string[] {
  return kinds.every((kind) => kind !== '') ? kinds : kinds.length;
}

/** The sizes as they are. The author of the expectation raises them to leave room for growth. */
function draftSizes(image: Image): Pick<Expectation, 'sizes'> {
  if (image.layers.some(({ layer }) => !layer)) return {};
  const sizes = { maxSize: sizeOf(image), maxLayers: image.layers.length, maxWasted: wastedOf(image).bytes };
  return { sizes };
}
