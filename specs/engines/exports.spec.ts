import { imagesOf } from '../../helpers/archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../helpers/archive/model.ts';
import { annotationOf, listOf, stringOf } from '../../helpers/archive/oci/guards.ts';
import type { TarEntry } from '../../helpers/archive/tar/entry.ts';
import type { Played } from '../../helpers/requirements/matrix/played.ts';
import {
  defineScenarioRequirements,
  mustNotDiffer,
  played,
  saveViolation,
} from '../../helpers/requirements/matrix/scenario-support.ts';
import type { Violation } from '../../helpers/requirements/outcome.ts';

// $ docker buildx build --output type=docker,dest=hello.tar .
//
// An exporter writes the archive of a build: a whole one, or none. The same sources and SOURCE_DATE_EPOCH, built twice,
// give the same bytes: files first, then folders that the build itself makes.
export const exporting = defineScenarioRequirements([
  {
    id: 'save.nothing-left',
    title: 'A failed save leaves no file behind',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'docker/buildx#17',
      quote: 'The driver docker refuses the exporters oci and docker.',
    },
    aliases: ['R55'],
    consequence:
      'A script that looks for the file takes an empty one for the image. Look at the exit code of the save.',
    when: ({ saves }) => saves.some(({ command }) => command.exitCode !== 0) || 'no save failed',
    *check({ saves }) {
      for (const { command, left } of saves)
        if (left !== undefined)
          yield saveViolation(`a file of ${left} B`, `after ${command.command}`, 'no file');
    },
  },
  {
    id: 'reproducible.same-bytes',
    title: 'Two builds with one SOURCE_DATE_EPOCH and rewrite-timestamp give the same bytes',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'README.md#imageregistry',
      quote: 'rewrite the file timestamps to the `SOURCE_DATE_EPOCH` value',
    },
    aliases: ['T3', 'R45', 'R47'],
    consequence: 'Nobody can prove by building again that an image comes from its sources.',
    when: played('reproducible', 'reproducible-folders'),
    check: ({ differences }) =>
      mustNotDiffer(differences, 'first build', 'second build, at least one second later'),
  },
  {
    id: 'reproducible.created',
    title: 'With SOURCE_DATE_EPOCH config, history and index say that they were created then',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'docs/build-repro.md#source_date_epoch',
      quote: 'the `created` timestamp in the `history` objects',
    },
    aliases: ['T1', 'R43', 'R48'],
    consequence: 'The config digest changes with the hour of the build, or with the time zone of the host.',
    when: played('reproducible', 'reproducible-folders', 'epoch-alone'),
    *check({ record: { epoch }, saves: [first] }) {
      if (epoch === undefined || first?.archive === undefined) return;
      const expected = new Date(epoch.seconds * 1000).toISOString().replace('.000Z', 'Z');
      for (const { from, value } of createdIn(first.archive))
        if (value !== expected) yield saveViolation(value ?? null, from, expected, 'SOURCE_DATE_EPOCH');
    },
  },
  {
    id: 'reproducible.entry-times',
    title: 'rewrite-timestamp sets times that are later than the epoch to it, and no other',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'README.md#imageregistry',
      quote: 'rewrite the file timestamps to the `SOURCE_DATE_EPOCH` value',
    },
    aliases: ['T3', 'R47'],
    consequence:
      'Layers differ from build to build, or files lose a time that make, rsync and caches rely on.',
    when: played('reproducible', 'reproducible-folders'),
    *check({ record: { epoch }, saves: [first] }) {
      if (epoch === undefined || first?.archive === undefined) return;
      for (const image of imagesOf(first.archive)) yield* otherTimes(image, epoch);
    },
  },
  {
    id: 'reproducible.times-kept',
    title: 'SOURCE_DATE_EPOCH without rewrite-timestamp leaves the times of files alone',
    level: 'consumer',
    source: {
      document: 'buildkit',
      section: 'README.md#imageregistry',
      quote: 'rewrite the file timestamps to the `SOURCE_DATE_EPOCH` value',
    },
    aliases: ['T2'],
    consequence: 'Files lose times that make, rsync and caches rely on, and nobody asked for it.',
    when: played('epoch-alone'),
    *check({ record: { epoch }, saves: [first] }) {
      if (epoch === undefined || first?.archive === undefined) return;
      for (const image of imagesOf(first.archive))
        for (const { layer, position } of image.layers)
          for (const entry of layer?.entries ?? [])
            yield* changedTime(entry, position, epoch.files[entry.path.split('/').at(-1) ?? '']);
    },
  },
]);

/** What the build made itself is as old as the epoch; what it took in keeps its time, up to the epoch. */
function* otherTimes(
  image: Image,
  { seconds, files }: NonNullable<Played['record']['epoch']>,
): Iterable<Violation> {
  for (const { layer, position } of image.layers)
    for (const { path, type, mtime } of layer?.entries ?? []) {
      const given = type === 'file' ? files[path.split('/').at(-1) ?? ''] : undefined;
      const expected = Math.min(given ?? seconds, seconds);
      yield* changedTime({ path, mtime }, position, expected);
    }
}

function* changedTime(
  { path, mtime }: Pick<TarEntry, 'path' | 'mtime'>,
  layer: number,
  expected: number | undefined,
): Iterable<Violation> {
  if (expected === undefined || mtime === expected) return;
  const from = 'SOURCE_DATE_EPOCH and the build context';
  const found = saveViolation(mtime, `mtime of ${path}`, expected, from);
  yield { ...found, where: { ...found.where, layer, entry: path } };
}

interface Created {
  /** How it was obtained. */
  readonly from: string;
  readonly value: string | undefined;
}

const ANNOTATION = 'org.opencontainers.image.created';

function* createdIn(archive: Archive): Iterable<Created> {
  for (const { config } of imagesOf(archive)) if (config !== undefined) yield* createdInConfig(config);
  const index = archive.documents['index.json'];
  for (const [position, descriptor] of listOf(index?.value, 'manifests').entries())
    yield {
      from: `index.json /manifests/${position}/annotations/${ANNOTATION}`,
      value: annotationOf(descriptor, ANNOTATION),
    };
}

function* createdInConfig({ member, value }: JsonDocument): Iterable<Created> {
  yield { from: `${member} /created`, value: stringOf(value, 'created') };
  for (const [position, entry] of listOf(value, 'history').entries())
    yield { from: `${member} /history/${position}/created`, value: stringOf(entry, 'created') };
}
