import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, stringOf } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { Violation } from '../outcome.ts';
import { builderOf, cite, configObjects, defineForArchive, isDateTime, violationAt } from './support.ts';

const SPEC = 'config';

const hasHistory = (archive: Archive) => histories(archive).length > 0 || 'no config has a history';
const hasBuiltHistory = (archive: Archive) =>
  histories(archive).some(isBuilt) || 'no image with layers carries the history of a Dockerfile build';

/** The history inside the config. */
export const HISTORY_REQUIREMENTS = defineForArchive([
  {
    id: 'history.form',
    title: 'history of every config is an array of objects with typed fields',
    level: 'consumer',
    source: cite(SPEC, 'properties', '**history** _array of objects_, OPTIONAL'),
    consequence: 'Engines cannot parse the config: the image cannot be loaded.',
    when: (archive) =>
      configObjects(archive).some(({ config }) => fieldOf(config.value, 'history') !== undefined) ||
      'no config has a history',
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const history = fieldOf(config.value, 'history');
        if (history === undefined || history === null) continue;
        if (!isArray(history))
          yield violationAt(
            at(image, config, ''),
            'an array of objects',
            history,
            `${config.member} /history`,
          );
        else
          for (const [index, entry] of history.entries())
            if (!isEntry(entry))
              yield violationAt(
                at(image, config, `/${index}`),
                'an object: times of RFC 3339, text, and empty_layer a boolean',
                entry,
                `${config.member} /history/${index}`,
              );
      }
    },
  },
  {
    id: 'history.layer-count',
    title: 'The history has no more entries than layers, besides those marked empty_layer',
    level: 'consumer',
    source: cite(
      SPEC,
      'properties',
      "It is set to true if this history item doesn't correspond to an actual layer in the rootfs section",
    ),
    aliases: ['C7', 'R60'],
    consequence:
      'Docker finds no layer for the step and refuses the image. Mark steps without a layer by empty_layer.',
    when: hasHistory,
    *check(archive) {
      for (const { image, config, history } of histories(archive)) {
        const full = history.filter((entry) => fieldOf(entry, 'empty_layer') !== true).length;
        if (full > image.diffIds.length) yield countDiffers(image, config, full);
      }
    },
  },
  {
    id: 'history.layers-told',
    title: 'The history has an entry for every layer',
    level: 'practice',
    source: cite(
      SPEC,
      'properties',
      "It is set to true if this history item doesn't correspond to an actual layer in the rootfs section",
    ),
    aliases: ['C7', 'R77'],
    consequence:
      'docker history gives layers to the wrong steps, and tools that squash or rebase images by their steps fail.',
    when: hasHistory,
    *check(archive) {
      for (const { image, config, history } of histories(archive)) {
        const full = history.filter((entry) => fieldOf(entry, 'empty_layer') !== true).length;
        if (full < image.diffIds.length) yield countDiffers(image, config, full);
      }
    },
  },
  {
    id: 'history.created',
    title: 'Every history entry of a Dockerfile build has a time',
    level: 'practice',
    source: cite(
      'issue-tracker',
      'moby/moby#39683',
      'BuildKit left the time out of steps that change metadata only.',
    ),
    aliases: ['C8', 'R42'],
    consequence: 'docker history shows "N/A", and tools that sort by time fail.',
    when: hasBuiltHistory,
    *check(archive) {
      for (const { image, config, history } of histories(archive).filter(isBuilt)) {
        for (const [index, entry] of history.entries())
          if ((fieldOf(entry, 'created') ?? null) === null)
            yield violationAt(
              at(image, config, `/${index}/created`),
              'a time',
              'nothing',
              `${config.member} /history/${index}`,
            );
      }
    },
  },
  {
    id: 'history.order',
    title: 'The history of a Dockerfile build does not go back in time',
    level: 'practice',
    source: cite(SPEC, 'properties', 'The array is ordered from first to last.'),
    aliases: ['C8'],
    consequence: 'The order of the steps is in doubt, and caches keyed by time are wrong.',
    when: hasBuiltHistory,
    *check(archive) {
      for (const { image, config, history } of histories(archive).filter(isBuilt)) {
        let last: { readonly time: number; readonly index: number } | undefined;
        for (const [index, entry] of history.entries()) {
          const created = stringOf(entry, 'created');
          const time = isDateTime(created) ? Date.parse(created ?? '') : Number.NaN;
          if (Number.isNaN(time)) continue;
          if (last && time < last.time)
            yield violationAt(
              at(image, config, `/${index}/created`),
              `not before ${stringOf(history[last.index], 'created')}`,
              created,
              `${config.member} /history/${index}`,
              `/history/${last.index}/created`,
            );
          last = { time, index };
        }
      }
    },
  },
  {
    id: 'history.last-created',
    title: 'An image that Docker built was created when its last step was',
    level: 'practice',
    source: cite('buildkit', 'exporter/containerimage/writer.go', 'func patchImageConfig'),
    aliases: ['C8'],
    consequence: 'Time and history contradict each other: one of the two was rewritten alone.',
    when: (archive) =>
      (hasBuiltHistory(archive) === true && !archive.fingerprint.profile.startsWith('podman')) ||
      'only Docker and BuildKit take both from one clock reading',
    *check(archive) {
      for (const { image, config, history } of histories(archive).filter(isBuilt)) {
        const last = history
          .map((entry) => stringOf(entry, 'created'))
          .findLast((created) => created !== undefined);
        const created = stringOf(config.value, 'created');
        if (last === undefined || created === undefined || !isDateTime(last) || !isDateTime(created))
          continue;
        // buildah reads the clock twice: its two times differ by microseconds.
        if (Date.parse(last) === Date.parse(created) || isBuildah(config)) continue;
        yield violationAt(
          { ...at(image, config, ''), pointer: '/created' },
          last,
          created,
          `${config.member} /created`,
          'created of the last history entry',
        );
      }
    },
  },
]);

function countDiffers(image: Image, config: JsonDocument, full: number): Violation {
  return violationAt(
    at(image, config, ''),
    image.diffIds.length,
    full,
    'history entries without empty_layer',
    'length of rootfs.diff_ids',
  );
}

interface Told {
  readonly image: Image;
  readonly config: JsonDocument;
  readonly history: readonly Json[];
}

/** Configs with a history that can be counted; an absent, null or empty one is legal. */
function histories(archive: Archive): readonly Told[] {
  return configObjects(archive).flatMap(({ image, config }) => {
    const history = fieldOf(config.value, 'history');
    const list = fieldOf(fieldOf(config.value, 'rootfs'), 'diff_ids');
    const isCountable =
      (list === null && image.layers.length === 0) || (isArray(list) && list.length === image.diffIds.length);
    return isArray(history) && history.length > 0 && isCountable ? [{ image, config, history }] : [];
  });
}

function isBuilt({ config, image }: Told): boolean {
  return builderOf(config) !== undefined && image.diffIds.length > 0;
}

function isBuildah(config: JsonDocument): boolean {
  return stringOf(fieldOf(fieldOf(config.value, 'config'), 'Labels'), 'io.buildah.version') !== undefined;
}

function isEntry(entry: Json): boolean {
  const isAbsent = (name: string) => (fieldOf(entry, name) ?? null) === null;
  const isText = (name: string) => isAbsent(name) || typeof fieldOf(entry, name) === 'string';
  // Go reads null as an entry that says nothing.
  if (entry === null) return true;
  return (
    isObject(entry) &&
    (isAbsent('created') || isDateTime(fieldOf(entry, 'created'))) &&
    ['author', 'created_by', 'comment'].every(isText) &&
    (isAbsent('empty_layer') || typeof entry['empty_layer'] === 'boolean')
  );
}

function at(image: Image, { member }: JsonDocument, pointer: string) {
  return { image: imageKey(image), member, pointer: `/history${pointer}` };
}
