import { imageKey } from '../../archive/images.ts';
import type { JsonDocument } from '../../archive/model.ts';
import { fieldOf, isArray, isObject, pointerSegment } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import { cite, configObjects, defineForArchive, hasConfig, violationAt } from './support.ts';

type FieldType = 'string' | 'boolean' | 'integer' | 'strings' | 'object' | 'set';

const IS: Readonly<Record<FieldType, readonly [words: string, test: (value: Json) => boolean]>> = {
  string: ['a string', (value) => typeof value === 'string'],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  integer: ['a whole number', (value) => Number.isSafeInteger(value)],
  // A null among them is read as an empty string.
  strings: [
    'an array of strings',
    (value) => isArray(value) && value.every((item) => item === null || typeof item === 'string'),
  ],
  object: ['an object', isObject],
  set: [
    'an object of objects',
    (value) => isObject(value) && Object.values(value).every((item) => item === null || isObject(item)),
  ],
};

/** The execution parameters of Docker's image specification and of OCI's config.md, reserved fields included. */
const PARAMETERS: Readonly<Record<string, FieldType>> = {
  Hostname: 'string',
  Domainname: 'string',
  User: 'string',
  AttachStdin: 'boolean',
  AttachStdout: 'boolean',
  AttachStderr: 'boolean',
  ExposedPorts: 'set',
  Tty: 'boolean',
  OpenStdin: 'boolean',
  StdinOnce: 'boolean',
  Env: 'strings',
  Cmd: 'strings',
  Healthcheck: 'object',
  'Healthcheck.Test': 'strings',
  'Healthcheck.Interval': 'integer',
  'Healthcheck.Timeout': 'integer',
  'Healthcheck.StartPeriod': 'integer',
  'Healthcheck.StartInterval': 'integer',
  'Healthcheck.Retries': 'integer',
  ArgsEscaped: 'boolean',
  Image: 'string',
  Volumes: 'set',
  WorkingDir: 'string',
  Entrypoint: 'strings',
  NetworkDisabled: 'boolean',
  MacAddress: 'string',
  OnBuild: 'strings',
  Labels: 'object',
  StopSignal: 'string',
  StopTimeout: 'integer',
  Shell: 'strings',
};

const below = (name: string): Readonly<Record<string, FieldType>> =>
  Object.fromEntries(Object.entries(PARAMETERS).map(([field, type]) => [`${name}.${field}`, type]));

/**
 * Every optional field of a config and its JSON type; a dot leads into an object. Fields whose own requirement judges
 * them (platform, rootfs, history, created) are not here.
 */
export const CONFIG_FIELDS: Readonly<Record<string, FieldType>> = {
  id: 'string',
  parent: 'string',
  comment: 'string',
  author: 'string',
  variant: 'string',
  'os\\.version': 'string',
  'os\\.features': 'strings',
  container: 'string',
  docker_version: 'string',
  Size: 'integer',
  config: 'object',
  ...below('config'),
  container_config: 'object',
  ...below('container_config'),
};

/** The fields of a config, by their types. */
export const FIELD_REQUIREMENTS = defineForArchive([
  {
    id: 'config.types',
    title: 'The optional fields of every config have the JSON types of the specification',
    level: 'consumer',
    source: cite('config', 'properties', '**Cmd** _array of strings_, OPTIONAL'),
    consequence: 'Engines fail to parse the config as a whole: the image cannot be loaded or run.',
    when: hasConfig,
    *check(archive) {
      for (const { image, config } of configObjects(archive)) {
        for (const { pointer, type, value } of wrongFields(config)) {
          const where = { image: imageKey(image), member: config.member, pointer };
          yield violationAt(where, IS[type][0], value, `${config.member} ${pointer}`);
        }
      }
    },
  },
]);

/** The name of each step of a path: `os\.version` is one name. */
export function fieldSteps(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'));
}

/** Fields of another type; null counts as absent, and what lies below a wrong value is not looked at. */
function* wrongFields({ value: config }: JsonDocument) {
  for (const [path, type] of Object.entries(CONFIG_FIELDS)) {
    const steps = fieldSteps(path);
    let value: Json | undefined = config;
    for (const step of steps) value = fieldOf(value, step);
    if (value === undefined || value === null || IS[type][1](value)) continue;
    yield { pointer: steps.map(pointerSegment).join(''), type, value: isArray(value) ? 'an array' : value };
  }
}
