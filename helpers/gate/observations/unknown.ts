import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { defineArchiveObservations } from './define.ts';
import { KNOWN_KEYS, KNOWN_MEDIA_TYPES, KNOWN_MEMBERS, type KnownDocument } from './known.ts';
import { elementsOf, fieldsOf, setOf, withoutHex } from './values.ts';

const NEVER_SEEN =
  'No known engine writes this. New fields have appeared without notice before (LayerSources, variant). Look up which release added it.';

/** Alarms: what was never seen before is itself an observation. */
export const UNKNOWN_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.unknown-members',
    title: 'Members never seen before',
    alarm: true,
    read: ({ members }) =>
      setOf(
        members
          .map(({ path }) => withoutHex(path.replace(/^\.\//, '')))
          .filter((name) => !isKnownMember(name)),
      ),
    advice: {
      means: NEVER_SEEN,
      do: 'Find out which release brought it, and whether your consumers ignore it.',
    },
  },
  {
    id: 'observation.unknown-keys',
    title: 'JSON keys never seen before',
    alarm: true,
    read: (archive) => setOf(unknownKeys(archive)),
    advice: {
      means: NEVER_SEEN,
      do: 'Find out which release brought it; strict readers may refuse the document.',
    },
  },
  {
    id: 'observation.unknown-media-types',
    title: 'Media types never seen before',
    alarm: true,
    read: ({ descriptors }) =>
      setOf(
        descriptors
          .flatMap(({ value }) => ['mediaType', 'artifactType'].map((key) => fieldsOf(value)[key]))
          .filter((type): type is string => typeof type === 'string' && !KNOWN_MEDIA_TYPES.has(type)),
      ),
    advice: { means: NEVER_SEEN, do: 'Check that registries and consumers accept the type.' },
  },
  {
    id: 'observation.unreferenced-blobs',
    title: 'Blobs that no image refers to',
    read: (archive) => unreferenced(archive).length,
    advice: {
      means: 'Allowed, and usual in archives of Docker 25 and later, but they cost space and hide data.',
      do: 'Do not treat every blob as content of an image; start at manifest.json or index.json.',
      cases: [
        {
          fits: (_, after) => after === 0,
          means: 'Every blob now belongs to an image: the archive is smaller, and hides nothing.',
          do: 'Look whether a consumer of yours still reads the JSON of layers from before Docker 1.10.',
        },
      ],
    },
  },
]);

function isKnownMember(name: string): boolean {
  return KNOWN_MEMBERS.has(name) || KNOWN_MEMBERS.has(name.replace(/\/$/, ''));
}

function* unknownKeys({ documents, ociImages, dockerImages, descriptors }: Archive): Iterable<string> {
  yield* unknownIn('oci-layout', documents['oci-layout']?.value);
  yield* unknownIn('index', documents['index.json']?.value);
  for (const entry of elementsOf(documents['manifest.json']?.value))
    yield* unknownIn('manifest.json entry', entry);
  for (const { manifest } of ociImages) yield* unknownIn('manifest', manifest?.value);
  for (const { value } of descriptors) {
    yield* unknownIn('descriptor', value);
    yield* unknownIn('platform', fieldsOf(value)['platform']);
  }
  for (const { config, kind } of [...dockerImages, ...ociImages])
    if (kind === 'image') yield* unknownInConfig(config?.value);
}

function* unknownInConfig(config: Json | undefined): Iterable<string> {
  const { config: runtime, rootfs, history, container_config: container } = fieldsOf(config);
  yield* unknownIn('config', config);
  yield* unknownIn('runtime config', runtime);
  yield* unknownIn('runtime config', container);
  yield* unknownIn('rootfs', rootfs);
  for (const entry of elementsOf(history)) yield* unknownIn('history', entry);
}

function unknownIn(kind: KnownDocument, value: Json | undefined): readonly string[] {
  const known: readonly string[] = KNOWN_KEYS[kind];
  return Object.keys(fieldsOf(value))
    .filter((key) => !known.includes(key))
    .map((key) => `${kind}: ${key}`);
}

function unreferenced({ blobs, descriptors, dockerImages, ociImages }: Archive): readonly string[] {
  const reached = new Set<string | undefined>([
    ...descriptors.map(({ blob }) => blob?.member),
    ...[...dockerImages, ...ociImages].flatMap(({ manifest, config, layers }) => [
      manifest?.member,
      config?.member,
      ...layers.map(({ member }) => member),
    ]),
  ]);
  const byDigest = new Set(ociImages.flatMap(({ path }) => path));
  return blobs
    .filter(({ member, measured }) => !reached.has(member) && !byDigest.has(measured))
    .map(({ member }) => member);
}
