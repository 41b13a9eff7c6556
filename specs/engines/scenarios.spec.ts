import { imagesOf } from '../../helpers/archive/images.ts';
import type { Archive } from '../../helpers/archive/model.ts';
import type { Json } from '../../helpers/common/json.ts';
import {
  defineScenarioRequirements,
  everyImage,
  mustBeSaved,
  mustNotDiffer,
  played,
  saveViolation,
} from '../../helpers/requirements/matrix/scenario-support.ts';

// What else is done with an image on each engine: saved ten times, twice in different seconds, by tag, by ID and by digest,
// out and in and out again; an image without layers, two images without a name, a file replaced by one of the same size and
// time. The scenarios stand in helpers/procedure/scenarios/all-scenarios.ts, each played with every saver.
export const saving = defineScenarioRequirements([
  {
    id: 'save.any-image',
    title: 'Every image that was built can be saved',
    level: 'consumer',
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
          yield saveViolation(
            command.stderr.trim() || `exit code ${command.exitCode}`,
            `${command.command} (by ${by})`,
            'exit code 0',
          );
      if (saves.length === 0) yield saveViolation('none', `scenario ${record.scenario}`, 'a save');
    },
  },
  {
    id: 'save.repeatable',
    title: 'Two saves of one image are the same bytes',
    level: 'practice',
    source: {
      document: 'issue-tracker',
      section: 'docker/cli#5515',
      quote: 'Saving one image twice gives archives with other checksums.',
    },
    aliases: ['A6', 'R7', 'R8', 'R9', 'R64'],
    consequence: 'Checksums and caches of the archive never match. Key them on the config digest instead.',
    when: played('save-twice', 'save-twice-repeated-layer'),
    check: ({ differences }) =>
      mustNotDiffer(differences, 'first save', 'second save, at least one second later'),
  },
  {
    id: 'save.stable-order',
    title: 'Every save lists the layers in the order of the image',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#47150',
      quote: 'Docker 25.0.0 wrote the layers of the OCI manifest in a random order.',
    },
    aliases: ['O6', 'R3'],
    consequence: 'Layers unpacked in this order give another root: a lower file wins.',
    when: played('layer-order'),
    *check({ record, saves }) {
      const expected = record.images[0]?.diffIds ?? [];
      for (const [position, { archive }] of saves.entries())
        for (const image of everyImage(archive)) {
          const found = image.layers.map(({ layer, reference }) => layer?.diffId ?? reference);
          const from = `${image.view} of save ${position + 1} of ${saves.length}`;
          yield* mustBeSaved(found, from, [...expected]);
        }
    },
  },
  {
    id: 'save.selectors-agree',
    title: 'Saving by tag, by ID and by digest gives the same image',
    level: 'consumer',
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
      for (const { archive, by } of others)
        yield* mustBeSaved(identityOf(archive), `archive saved by ${by}`, identityOf(first?.archive));
    },
  },
  {
    id: 'save.id-without-name',
    title: 'An image that is saved by its ID has no name in the archive but the ID',
    level: 'consumer',
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
        if (given.length > 0) yield saveViolation([...given], 'names in the archive saved by ID', []);
      }
    },
  },
  {
    id: 'save.every-name',
    title: 'An image has the names in the archive that it was saved by, each of them and no other',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#46533',
      quote: 'Saving by the name of a repository exported one of its tags.',
    },
    aliases: ['R16', 'R70'],
    consequence: 'After the load on another host a name is missing, or one has moved that nobody sent.',
    when: played('repository', 'every-tag'),
    *check({ record, saves }) {
      const [image] = record.images;
      for (const { by, archive } of saves) {
        const asked = image?.tags.filter((name) => by !== 'tag' || !name.endsWith(':second')) ?? [];
        const found = (archive?.dockerImages ?? []).flatMap(({ names }) => names);
        const from = `names in manifest.json, saved by ${by}`;
        yield* mustBeSaved([...found].map(shortName).toSorted(), from, asked.map(shortName).toSorted());
      }
    },
  },
  {
    id: 'save.round-trip',
    title: 'Save, load and save again gives the same config, layers and members',
    level: 'consumer',
    source: {
      document: 'issue-tracker',
      section: 'moby/moby#20463',
      quote: 'An image that is saved and loaded by other versions shares no layers with its twin.',
    },
    aliases: ['A7', 'R22'],
    consequence: 'An image changes when it passes through this engine.',
    when: played('save-load-save', 'load-without-name'),
    *check({ saves }) {
      const [a, b] = saves.map(({ archive }) => archive);
      yield* mustBeSaved(identityOf(b), 'the second archive', identityOf(a));
      const [first, second] = [a, b].map(
        (archive) => archive?.members.map(({ path }) => path).toSorted() ?? [],
      );
      yield* mustBeSaved(second ?? [], 'members of the second archive', first ?? []);
    },
  },
  {
    id: 'save.replacement-kept',
    title: 'A file that replaces one of the same size and time is in its layer',
    level: 'consumer',
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
          if (paths.length === 0) yield saveViolation(paths, `top layer of ${image.view}`, ['final.txt']);
        }
    },
  },
]);

/** Without the registry that an engine assumes. */
function shortName(name: string): string {
  return name.replace(/^(?:localhost|docker\.io)\/(?:library\/)?/, '');
}

/** What makes an image the same image: config digest and diffIDs, each image once. */
function identityOf(archive: Archive | undefined): Json {
  return archive === undefined
    ? 'no archive'
    : imagesOf(archive).map(({ config, diffIds }) => ({
        config: config?.digest ?? null,
        diffIds: [...diffIds],
      }));
}
