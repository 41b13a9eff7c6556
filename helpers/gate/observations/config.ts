import { imagesOf } from '../../archive/images.ts';
import type { Archive } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import { defineArchiveObservations } from './define.ts';
import { common, elementsOf, fieldsOf, setOf } from './values.ts';

/** What builders write into a config beyond what the Dockerfile says. */
export const CONFIG_OBSERVATIONS = defineArchiveObservations([
  {
    id: 'observation.config-keys',
    title: 'Keys of the config',
    read: (archive) => setOf(configs(archive).flatMap(Object.keys)),
    advice: {
      means: 'Tools that read container, container_config or docker_version find nothing any more.',
      do: 'Read only what the OCI image specification defines.',
    },
  },
  {
    id: 'observation.runtime-config-keys',
    title: 'Keys of the runtime part of the config',
    read: (archive) => setOf(configs(archive).flatMap((config) => Object.keys(fieldsOf(config['config'])))),
    advice: {
      means:
        'A key that is absent, null or empty is told apart by few tools, but it changes the config digest.',
      do: 'Treat absent, null and empty alike.',
    },
  },
  {
    id: 'observation.docker-version',
    title: 'docker_version in the config',
    read: presence('docker_version'),
    advice: {
      means: 'Inventories that take the version of the builder from it lose it.',
      do: 'Take it from the provenance instead.',
    },
  },
  {
    id: 'observation.path-default',
    title: 'PATH that the builder adds to the environment',
    read: (archive) =>
      common(
        configs(archive).map((config) => {
          const environment = elementsOf(fieldsOf(config['config'])['Env']).map(String);
          return environment.find((entry) => entry.startsWith('PATH=')) ?? 'absent';
        }),
      ),
    advice: {
      means: 'Commands given without a path are found in other folders, or not at all.',
      do: 'Set PATH in the Dockerfile.',
    },
  },
  {
    id: 'observation.working-dir-default',
    title: 'Working directory that the builder writes',
    read: runtimeValue('WorkingDir'),
    advice: {
      means: 'Empty, absent and / all mean /; tools that join it with a path may not agree.',
      do: 'Set WORKDIR in the Dockerfile where it matters.',
    },
  },
  {
    id: 'observation.entrypoint-default',
    title: 'Entrypoint that the builder writes',
    read: runtimeValue('Entrypoint'),
    advice: {
      means:
        'Absent, null and empty all mean none; a child image inherits them differently in some builders.',
      do: 'Set ENTRYPOINT in the Dockerfile where it matters.',
    },
  },
  {
    id: 'observation.labels',
    title: 'Keys of the labels',
    read: (archive) =>
      setOf(
        configs(archive).flatMap((config) => Object.keys(fieldsOf(fieldsOf(config['config'])['Labels']))),
      ),
    advice: {
      means: 'Labels that the builder adds change the config digest and show up in inventories.',
      do: 'Select images by your own labels, and turn identity labels off where builds must repeat.',
    },
  },
  {
    id: 'observation.created',
    title: 'Form of created in the config',
    read: (archive) => common(configs(archive).map(({ created }) => timeForm(created))),
    advice: {
      means: 'Clients that parse it strictly fail on null, on an absent one, and on the year 1.',
      do: 'Allow for null and absence.',
    },
  },
  {
    id: 'observation.history-wording',
    title: 'Wording of the history, hashes left out',
    read: (archive) => common(configs(archive).map((config) => histories(config).map(wordingOf))),
    advice: {
      means: 'Tools that reconstruct a Dockerfile or detect builders by this text read something else.',
      do: 'Do not parse it; use the provenance.',
    },
  },
  {
    id: 'observation.history-comments',
    title: 'Comments in the history',
    read: (archive) =>
      setOf(
        configs(archive).flatMap((config) =>
          histories(config).flatMap(({ comment }) => (typeof comment === 'string' ? comment : [])),
        ),
      ),
    advice: {
      means: 'Tools tell BuildKit from other builders by this text.',
      do: 'Use the provenance instead.',
    },
  },
  {
    id: 'observation.history-keys',
    title: 'Keys of the history entries',
    read: (archive) => setOf(configs(archive).flatMap((config) => histories(config).flatMap(Object.keys))),
    advice: {
      means: 'Tools that map history to layers rely on empty_layer.',
      do: 'Count entries without empty_layer, and allow for a history that is absent.',
    },
  },
]);

type Fields = Readonly<Record<string, Json>>;

function configs(archive: Archive): readonly Fields[] {
  return imagesOf(archive).flatMap(({ config }) => (config === undefined ? [] : [fieldsOf(config.value)]));
}

function histories(config: Fields): readonly Fields[] {
  return elementsOf(config['history']).map(fieldsOf);
}

function presence(key: string) {
  return (archive: Archive): Json | undefined =>
    common(configs(archive).map((config) => (config[key] === undefined ? 'absent' : 'present')));
}

function runtimeValue(key: string) {
  return (archive: Archive): Json | undefined =>
    common(configs(archive).map((config) => fieldsOf(config['config'])[key] ?? valueOrAbsence(config, key)));
}

function valueOrAbsence(config: Fields, key: string): Json {
  return key in fieldsOf(config['config']) ? 'null' : 'absent';
}

/** Hashes and image IDs differ from context to context; padding and wording do not. */
function wordingOf({ created_by }: Fields): string {
  if (typeof created_by !== 'string') return 'absent';
  return created_by
    .replace(/\b(file|dir|multi):[0-9a-f]{64}/g, '$1:<hash>')
    .replace(/[0-9a-f]{64}/g, '<hash>');
}

function timeForm(created: Json | undefined): string {
  if (created === undefined) return 'absent';
  if (typeof created !== 'string') return JSON.stringify(created);
  if (created.startsWith('0001-01-01')) return 'the year 1';
  if (created.startsWith('1970-01-01')) return 'the epoch';
  return `${created.includes('.') ? 'with' : 'without'} fractions of a second, ${created.endsWith('Z') ? 'UTC' : 'another zone'}`;
}
