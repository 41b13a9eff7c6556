import type { Image } from '../../archive/model.ts';
import { isObject, isStringArray } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { ExpectedConfig, ExpectedPlatform } from './expectation-model.ts';
import { memberOf, platformOf } from './select.ts';

type DraftAs = (value: Json) => Json | undefined;

const asText: DraftAs = (value) => (typeof value === 'string' && value !== '' ? value : undefined);
const asList: DraftAs = (value) => (isStringArray(value) ? value : undefined);
const asKeys: DraftAs = (value) => (isObject(value) ? Object.keys(value) : undefined);
const asMap: DraftAs = (value) =>
  isObject(value) && Object.values(value).every((part) => typeof part === 'string') ? value : undefined;
const asInteger: DraftAs = (value) => (Number.isSafeInteger(value) ? value : undefined);

/** How a field of the config stands in a draft; `undefined` where its value is no such thing. */
const DRAFT_AS: Readonly<Record<Exclude<keyof ExpectedConfig, 'others'>, DraftAs>> = {
  Cmd: asList,
  Entrypoint: asList,
  Env: (value) => (isStringArray(value) && value.every(isVariable) ? value : undefined),
  User: asText,
  WorkingDir: asText,
  Labels: asMap,
  ExposedPorts: asKeys,
  Volumes: asKeys,
  StopSignal: asText,
  StopTimeout: asInteger,
  Healthcheck: (value) => (isObject(value) ? draftHealthcheck(value) : undefined),
  Shell: asList,
  OnBuild: asList,
  ArgsEscaped: (value) => (value === true ? value : undefined),
};

/** How a field of a health check stands in a draft. */
const HEALTHCHECK_AS: Readonly<Record<string, DraftAs>> = {
  Test: asList,
  Interval: asInteger,
  Timeout: asInteger,
  StartPeriod: asInteger,
  StartInterval: asInteger,
  Retries: asInteger,
};

/** `undefined` when one field cannot be stated: a health check is stated whole. */
function draftHealthcheck(value: { readonly [key: string]: Json }): Json | undefined {
  const fields = Object.entries(value).filter(([, part]) => !isEmpty(part));
  const drafted = fields.map(([name, part]) => [name, HEALTHCHECK_AS[name]?.(part)] as const);
  return drafted.every((field): field is readonly [string, Json] => field[1] !== undefined)
    ? Object.fromEntries(drafted)
    : undefined;
}

function isVariable(value: string): boolean {
  return value.indexOf('=') > 0;
}

/** What the engines write for a field that nobody set. */
function isEmpty(value: Json): boolean {
  if (value === null || value === '' || value === false || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

interface DraftedConfig {
  readonly config: ExpectedConfig;
  /** Fields that are set and that an expectation cannot state. */
  readonly leftOut: readonly string[];
}

/** The fields that the config has, as far as an expectation can state them. */
export function draftConfig(image: Image): DraftedConfig {
  const config = memberOf(image.config?.value, 'config');
  const fields = isObject(config) ? Object.entries(config) : [];
  const stated = Object.entries(DRAFT_AS).flatMap(([field, draftAs]) => {
    const value = memberOf(config, field);
    const drafted = value === undefined || value === null ? undefined : draftAs(value);
    return drafted === undefined ? [] : [[field, drafted] as const];
  });
  const names = new Set(stated.map(([field]) => field));
  return {
    config: Object.fromEntries(stated),
    leftOut: fields.flatMap(([field, value]) => (names.has(field) || isEmpty(value) ? [] : [field])),
  };
}

export function draftPlatform(image: Image): ExpectedPlatform {
  const version = memberOf(image.config?.value, 'os.version');
  const features = memberOf(image.config?.value, 'os.features');
  return {
    ...platformOf(image),
    ...(typeof version === 'string' && version !== '' && { 'os.version': version }),
    ...(isStringArray(features) && features.length > 0 && { 'os.features': [...new Set(features)] }),
  };
}
