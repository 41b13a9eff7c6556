import { imageKey } from '../../archive/images.ts';
import type { Archive, Image, JsonDocument } from '../../archive/model.ts';
import {
  entriesOf,
  fieldOf,
  isArray,
  isObject,
  isStringArray,
  pointerSegment,
  stringOf,
} from '../../archive/oci/guards.ts';
import type { Violation } from '../outcome.ts';
import {
  builderOf,
  cite,
  configObjects,
  defineForArchive,
  hasConfig,
  parameters,
  violationAt,
} from './support.ts';

const SPEC = 'config';
const PORT = /^\d{1,10}(?:\/(?:tcp|udp|sctp))?$/;
const DOCKER_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The execution parameters inside the config. */
export const PARAMETER_REQUIREMENTS = defineForArchive([
  {
    id: 'config.env-format',
    title: 'Every Env entry has the form NAME=value',
    level: 'consumer',
    source: cite(SPEC, 'properties', 'Entries are in the format of `VARNAME=VARVALUE`.'),
    consequence: 'The runtime drops the entry, or takes the whole text for a name.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config, env } of environments(archive)) {
        for (const [index, entry] of env.entries())
          if (entry.indexOf('=') <= 0 || entry.includes('\0'))
            yield violationAt(
              at(image, config, `/Env/${index}`),
              'NAME=value',
              entry,
              `${config.member} /config/Env/${index}`,
            );
      }
    },
  },
  {
    id: 'config.env-unique',
    title: 'No variable stands in Env twice',
    level: 'practice',
    source: cite(
      SPEC,
      'properties',
      'These values act as defaults and are merged with any specified when creating a container.',
    ),
    aliases: ['C11'],
    consequence: 'Some runtimes use the first value, others the last.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config, env } of environments(archive)) {
        const seen = new Map<string, number>();
        for (const [index, entry] of env.entries()) {
          const name = entry.slice(0, Math.max(entry.indexOf('='), 0));
          const first = seen.get(name);
          if (name !== '' && first !== undefined)
            yield violationAt(
              at(image, config, `/Env/${index}`),
              `only Env[${first}]`,
              entry,
              `${config.member} /config/Env/${index}`,
            );
          seen.set(name, first ?? index);
        }
      }
    },
  },
  {
    id: 'config.path-variable',
    title: 'An image built from a Dockerfile sets PATH',
    level: 'practice',
    source: cite('buildkit', 'util/system/path.go', DOCKER_PATH),
    aliases: ['C10'],
    consequence:
      'Commands without a slash are not found. Docker, BuildKit and buildah all set PATH, for scratch too.',
    when: (archive) =>
      configObjects(archive).some(
        ({ config }) => builderOf(config) !== undefined && stringOf(config.value, 'os') !== 'windows',
      ) || 'no image carries the history of a Dockerfile build',
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const env = fieldOf(parameters(config), 'Env');
        if (builderOf(config) === undefined || stringOf(config.value, 'os') === 'windows') continue;
        if (isStringArray(env) && env.some((entry) => entry.startsWith('PATH='))) continue;
        if (env !== undefined && env !== null && !isStringArray(env)) continue;
        yield violationAt(
          at(image, config, '/Env'),
          `PATH=${DOCKER_PATH}`,
          env,
          `${config.member} /config/Env`,
        );
      }
    },
  },
  {
    id: 'config.exposed-ports',
    title: 'Every exposed port has the form port, port/tcp, port/udp or port/sctp',
    level: 'practice',
    source: cite(
      SPEC,
      'properties',
      '`port/tcp`, `port/udp`, `port` with the default protocol being `tcp` if not specified.',
    ),
    consequence: 'docker run ends with "invalid port", or the port is not published by -P.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const [key] of entriesOf(fieldOf(parameters(config), 'ExposedPorts'))) {
          if (PORT.test(key)) continue;
          yield violationAt(
            at(image, config, `/ExposedPorts${pointerSegment(key)}`),
            'port/protocol',
            key,
            `${config.member} /config/ExposedPorts`,
          );
        }
      }
    },
  },
  {
    id: 'config.volumes',
    title: 'Every volume maps a path to an empty object',
    level: 'practice',
    source: cite(
      SPEC,
      'properties',
      'is represented in JSON as an object mapping its keys to an empty object.',
    ),
    consequence: 'Engines ignore what stands in the object, and mount no volume without a path.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const [key, value] of entriesOf(fieldOf(parameters(config), 'Volumes'))) {
          // Of another type it is config.types.
          if (!isObject(value) || (key !== '' && Object.keys(value).length === 0)) continue;
          yield violationAt(
            at(image, config, `/Volumes${pointerSegment(key)}`),
            'path with {}',
            { [key]: value },
            `${config.member} /config/Volumes`,
          );
        }
      }
    },
  },
  {
    id: 'config.labels',
    title: 'Every label is a string',
    level: 'must',
    source: cite(SPEC, 'properties', 'This property MUST use the [annotation rules](annotations.md#rules).'),
    consequence: 'Engines written in typed languages cannot parse the config.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const [key, value] of entriesOf(fieldOf(parameters(config), 'Labels')))
          if (typeof value !== 'string')
            yield violationAt(
              at(image, config, `/Labels${pointerSegment(key)}`),
              'a string',
              value,
              `${config.member} /config/Labels`,
            );
      }
    },
  },
  {
    id: 'config.working-dir',
    title: 'WorkingDir of every config is empty or absolute',
    level: 'practice',
    source: cite('runc', 'utils_linux.go', 'Cwd must be an absolute path'),
    consequence:
      'The runtime refuses to start the container: the working directory must be an absolute path.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        const path = stringOf(parameters(config), 'WorkingDir');
        if (
          path === undefined ||
          path === '' ||
          path.startsWith('/') ||
          stringOf(config.value, 'os') === 'windows'
        )
          continue;
        yield violationAt(
          at(image, config, '/WorkingDir'),
          'an absolute path',
          path,
          `${config.member} /config/WorkingDir`,
        );
      }
    },
  },
]);

function at(image: Image, { member }: JsonDocument, pointer: string): Violation['where'] {
  return { image: imageKey(image), member, pointer: `/config${pointer}` };
}

/** Configs whose Env is an array of strings; others are the violation of `config.types`. */
function environments(archive: Archive) {
  return configObjects(archive).flatMap(({ image, config }) => {
    const env = fieldOf(parameters(config), 'Env');
    return isArray(env) && isStringArray(env) ? [{ image, config, env }] : [];
  });
}
