import { imageKey } from '../../archive/images.ts';
import type { Image } from '../../archive/model.ts';
import type { Json } from '../../common/json.ts';
import type { Observed, Violation } from '../outcome.ts';
import type { ExpectedConfig, ExpectedHistory, ExpectedPlatform } from './expectation-model.ts';
import type { Matcher } from './pattern.ts';
import { isSameName, memberOf } from './select.ts';

/** Compares what an expectation states about the image config and the image's names. */

export function* comparePlatform(image: Image, expected: ExpectedPlatform): Iterable<Violation> {
  for (const [key, wanted] of Object.entries(expected)) {
    const actual = memberOf(image.config?.value, key) ?? null;
    yield* compareField(
      image,
      [key],
      inAnyOrder(wanted),
      `/platform/${key}`,
      key === 'os.features' ? inAnyOrder(actual ?? []) : actual,
    );
  }
}

function inAnyOrder(value: Json): Json {
  return Array.isArray(value) ? [...(value as readonly Json[])].sort() : value;
}

/** Every stated name must be there; an empty list states that there is none. */
export function* compareTags(image: Image, expected: readonly string[]): Iterable<Violation> {
  const where = { image: imageKey(image), ...(image.view === 'manifest.json' && { member: image.view }) };
  const actual: Observed = { value: image.names, from: `names in ${image.view}` };
  for (const [position, tag] of expected.entries()) {
    if (!image.names.some((name) => isSameName(tag, name))) {
      yield { where, expected: { value: tag, from: stated(`/tags/${position}`) }, actual };
    }
  }
  if (expected.length === 0 && image.names.length > 0) {
    yield { where, expected: { value: [], from: stated('/tags') }, actual };
  }
}

type Comparison = 'exact' | 'set' | 'keys' | 'map';

/** How each field is compared; `keys` are sets that the config holds as the keys of an object. */
const FIELDS: Readonly<Record<Exclude<keyof ExpectedConfig, 'others'>, Comparison>> = {
  Cmd: 'exact',
  Entrypoint: 'exact',
  Env: 'set',
  User: 'exact',
  WorkingDir: 'exact',
  Labels: 'map',
  ExposedPorts: 'keys',
  Volumes: 'keys',
  StopSignal: 'exact',
  StopTimeout: 'exact',
  Healthcheck: 'map',
  Shell: 'exact',
  OnBuild: 'exact',
  ArgsEscaped: 'exact',
};

export function* compareConfig(image: Image, expected: ExpectedConfig): Iterable<Violation> {
  const config = memberOf(image.config?.value, 'config');
  const open: ReadonlySet<string> = new Set(expected.others);
  for (const [field, comparison] of Object.entries(FIELDS)) {
    const wanted = memberOf(expected as Json, field);
    if (wanted === undefined) continue;
    const actual = withoutEmpty(field, memberOf(config, field) ?? null);
    const at = `/config/${field}`;
    if (comparison === 'exact' || !isStructure(actual) || image.config?.value === undefined) {
      yield* compareField(image, ['config', field], withoutEmpty(field, wanted), at, actual);
    } else {
      yield* compareItems(
        image,
        field,
        itemsOf(withoutEmpty(field, wanted), comparison),
        itemsOf(actual, comparison),
        open.has(field),
      );
    }
  }
}

/** One violation for each item that is missing, differs, or is too many. */
function* compareItems(
  image: Image,
  field: string,
  wanted: ReadonlyMap<string, Json>,
  actual: ReadonlyMap<string, Json>,
  others: boolean,
): Iterable<Violation> {
  const where = locate(image, ['config', field]);
  const from = `config /config/${field}`;
  for (const [key, value] of wanted) {
    if (!isSame(actual.get(key), value)) {
      const found = actual.has(key) ? show(key, actual.get(key)) : 'absent';
      yield {
        where,
        expected: { value: show(key, value), from: stated(`/config/${field}`) },
        actual: { value: found, from },
      };
    }
  }
  for (const [key, value] of others ? [] : actual) {
    if (!wanted.has(key)) {
      yield {
        where,
        expected: { value: 'nothing else', from: stated(`/config/${field}`) },
        actual: { value: show(key, value), from },
      };
    }
  }
}

/** Lists become a map from each item to `true`, environment variables from name to value. */
function itemsOf(value: Json, comparison: Comparison): ReadonlyMap<string, Json> {
  if (value === null) return new Map();
  if (!Array.isArray(value)) {
    const entries = Object.entries(value as { readonly [key: string]: Json });
    return new Map(comparison === 'keys' ? entries.map(([key]) => [key, true] as const) : entries);
  }
  return new Map(
    value.map((item): [string, Json] => {
      const text = typeof item === 'string' ? item : JSON.stringify(item);
      const equals = comparison === 'set' ? text.indexOf('=') : -1;
      return equals < 0 ? [text, true] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function show(key: string, value: Json | undefined): Json {
  return value === true ? key : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** Each pattern must match an entry after the one that matched the pattern before it. */
export function* compareHistory(
  image: Image,
  { count, created_by = [] }: ExpectedHistory,
  matcher: Matcher,
): Iterable<Violation> {
  const history = memberOf(image.config?.value, 'history');
  const entries = Array.isArray(history) ? (history as readonly Json[]) : [];
  if (count !== undefined && count !== entries.length) {
    yield {
      where: locate(image, ['history']),
      expected: { value: count, from: stated('/history/count') },
      actual: { value: entries.length, from: 'entries of config /history' },
    };
  }
  const commands = entries.map((entry) => String(memberOf(entry, 'created_by') ?? ''));
  let next = 0;
  for (const [position, pattern] of created_by.entries()) {
    const found = commands.findIndex((command, index) => index >= next && matcher.matches(pattern, command));
    if (found < 0) {
      yield {
        where: locate(image, ['history']),
        expected: { value: `/${pattern}/`, from: stated(`/history/created_by/${position}`) },
        actual: {
          value: commands.slice(next, next + 10),
          from: `created_by of config /history from entry ${next} on`,
        },
      };
    } else {
      next = found + 1;
    }
  }
}

/** Lists, maps and `null` alike; anything else where one of them belongs is compared as it is. */
function isStructure(value: Json): boolean {
  return typeof value === 'object';
}

function* compareField(
  image: Image,
  path: readonly string[],
  wanted: Json,
  at: string,
  actual: Json,
): Iterable<Violation> {
  const unreadable = image.config?.value === undefined;
  if (!unreadable && JSON.stringify(wanted) === JSON.stringify(actual)) return;
  yield {
    where: locate(image, path),
    expected: { value: wanted, from: stated(at) },
    actual: unreadable
      ? { value: 'no readable config', from: `config of ${imageKey(image)}` }
      : { value: actual, from: `config /${path.join('/')}` },
  };
}

/** `null`, an empty string, an empty list and an absent field mean the same in an image config. */
function emptyAsNull(value: Json): Json {
  if (value === null || value === '') return null;
  return typeof value === 'object' && Object.keys(value).length === 0 ? null : value;
}

/** Go leaves out `false` and, of a health check, whatever is zero or empty: both forms mean the same. */
function withoutEmpty(field: string, value: Json): Json {
  if (field === 'ArgsEscaped' && value === false) return null;
  if (field !== 'Healthcheck' || typeof value !== 'object' || value === null || Array.isArray(value))
    return emptyAsNull(value);
  const kept = Object.entries(value).filter(([, part]) => part !== 0 && emptyAsNull(part) !== null);
  return emptyAsNull(Object.fromEntries(kept));
}

function isSame(one: Json | undefined, other: Json): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function locate(image: Image, path: readonly string[]) {
  return {
    image: imageKey(image),
    ...(image.config && { member: image.config.member }),
    pointer: `/${path.join('/')}`,
  };
}

/** Where in the expectation a value stands. */
export function stated(pointer: string): string {
  return `expectation ${pointer}`;
}
