import { imagesOf } from '../../archive/images.ts';
import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { defineRequirements } from '../define.ts';
import { EXPORT_REQUIREMENTS } from './export.ts';
import type { Played } from './played.ts';
import { breach, differencesAsBreaches, everyImage, played } from './scenario-support.ts';

/** What scenarios ask of savers of any kind. */
const SAVE_REQUIREMENTS = defineRequirements<Played, ScenarioId>([
  {
    id: 'save.any-image',
    title: 'Every image that was built can be saved',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'anchore/syft#2095',
      quote: 'An image without layers builds, and cannot be saved.',
    },
    aliases: ['R13'],
    consequence: 'Tools that look into images by saving them stop at this one. Give the image a layer.',
    when: ({ record }) => record.scenario !== 'export' || 'the scenario export shows how a save is refused',
    *check({ record, saves }) {
      for (const { command, by } of saves)
        if (command.exitCode !== 0)
          yield breach(0, command.stderr.trim() || command.exitCode, `${command.command} (by ${by})`);
      if (saves.length === 0) yield breach('a save', 'none', `scenario ${record.scenario}`);
    },
  },
  {
    id: 'save.repeatable',
    title: 'Two saves of one image are the same bytes',
    level: 'practice',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'docker/cli#5515',
      quote: 'Saving one image twice gives archives with other checksums.',
    },
    aliases: ['A6', 'R7', 'R8', 'R9', 'R64'],
    consequence: 'Checksums and caches of the archive never match. Key them on the config digest instead.',
    when: played('save-twice', 'save-twice-repeated-layer'),
    check: ({ differences }) =>
      differencesAsBreaches(differences, 'first save', 'second save, at least one second later'),
  },
  {
    id: 'save.stable-order',
    title: 'Every save lists the layers in the order of the image',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#47150',
      quote: 'Docker 25.0.0 wrote the layers of the OCI manifest in a random order.',
    },
    aliases: ['O6', 'R3'],
    consequence: 'Whoever unpacks the layers in this order gets another root: a lower file wins.',
    when: played('layer-order'),
    *check({ record, saves }) {
      const expected = record.images[0]?.diffIds ?? [];
      for (const [position, { archive }] of saves.entries())
        for (const image of everyImage(archive)) {
          const found = image.layers.map(({ layer, reference }) => layer?.diffId ?? reference);
          if (JSON.stringify(found) !== JSON.stringify(expected))
            yield breach([...expected], found, `${image.road} of save ${position + 1} of ${saves.length}`);
        }
    },
  },
  {
    id: 'save.selectors-agree',
    title: 'Saving by tag, by ID and by digest gives the same image',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#47210',
      quote: 'An index.json without manifests came from saving an image by its digest.',
    },
    aliases: ['R4', 'R16'],
    consequence: 'A pipeline that saves by ID or digest ships another image than one that saves by tag.',
    when: played('save-selectors'),
    *check({ saves }) {
      const [first, ...others] = saves;
      for (const other of others) {
        const [a, b] = [identityOf(first?.archive), identityOf(other.archive)];
        if (JSON.stringify(a) !== JSON.stringify(b)) yield breach(a, b, `archive saved by ${other.by}`);
      }
    },
  },
  {
    id: 'save.id-without-name',
    title: 'An image that is saved by its ID has no name in the archive but the ID',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#46533',
      quote: 'Saving by digest carried a name that was not asked for.',
    },
    aliases: ['R16'],
    consequence: 'A load gives the image a name that nobody asked for, and may move a tag.',
    when: played('save-selectors', 'two-untagged-images'),
    *check({ record, saves }) {
      for (const { by, archive } of saves) {
        if (by !== 'id') continue;
        // podman writes what it was asked for into ref.name.
        const names = everyImage(archive).flatMap((image) => image.names);
        const given = names.filter((name) => !record.images.some(({ id }) => id.endsWith(name)));
        if (given.length > 0) yield breach([], [...given], 'names in the archive saved by ID');
      }
    },
  },
  {
    id: 'save.round-trip',
    title: 'Save, load and save again gives the same config, layers and members',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#20463',
      quote: 'Saving and loading across versions lost and doubled layers.',
    },
    aliases: ['A7', 'R22'],
    consequence: 'An image changes when it passes through this engine.',
    when: played('save-load-save'),
    *check({ saves }) {
      const [a, b] = saves.map(({ archive }) => archive);
      const [before, after] = [identityOf(a), identityOf(b)];
      if (JSON.stringify(before) !== JSON.stringify(after)) yield breach(before, after, 'the second archive');
      const [first, second] = [a, b].map(
        (archive) => archive?.members.map(({ path }) => path).toSorted() ?? [],
      );
      if (JSON.stringify(first) !== JSON.stringify(second))
        yield breach(first ?? [], second ?? [], 'members of the second archive');
    },
  },
  {
    id: 'save.replacement-kept',
    title: 'A file that replaces one of the same size and time is in its layer',
    level: 'consumer',
    subject: 'scenario',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#8242',
      quote: 'A change that keeps size and time was not found.',
    },
    consequence:
      'A container sees the older file. Sources checked out at once, or with a fixed time, are enough for it.',
    when: played('same-size-same-time'),
    *check({ saves }) {
      for (const { archive } of saves)
        for (const image of everyImage(archive)) {
          const [top] = image.layers.toReversed();
          const paths = [...(top?.layer?.entries ?? [])].map(({ path }) => path);
          if (paths.length === 0) yield breach(['final.txt'], paths, `top layer of ${image.road}`);
        }
    },
  },
]);

/** What scenarios beside the documented procedure ask of one engine. */
export const SCENARIO_REQUIREMENTS = [...SAVE_REQUIREMENTS, ...EXPORT_REQUIREMENTS] as const;

type ScenarioId =
  | 'save.any-image'
  | 'save.repeatable'
  | 'save.stable-order'
  | 'save.selectors-agree'
  | 'save.id-without-name'
  | 'save.round-trip'
  | 'save.replacement-kept';

/** What makes an image the same image: config digest and diffIDs, each image once. */
function identityOf(archive: Archive | undefined): Json {
  return archive === undefined
    ? 'no archive'
    : imagesOf(archive).map(({ config, diffIds }) => ({
        config: config?.digest ?? null,
        diffIds: [...diffIds],
      }));
}
