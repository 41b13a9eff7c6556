import { imageKey } from '../../../archive/images.ts';
import type { Image } from '../../../archive/model.ts';
import { fieldOf, isObject } from '../../../archive/oci/guards.ts';
import type { Json } from '../../../common/json.ts';
import type { Violation } from '../../outcome.ts';
import type { Matcher } from '../pattern.ts';
import { statedBy } from './compare-files.ts';
import { environmentOf, type MetadataTest, type TestValue } from './structure-model.ts';

/** Compares the config of an image with the metadata test of container-structure-test. */
export function* compareMetadataTest(
  image: Image,
  test: MetadataTest,
  matcher: Matcher,
): Iterable<Violation> {
  const config = fieldOf(image.config?.value, 'config');
  const find: Find = (what, pointer, expected, actual) => ({
    where: { image: imageKey(image), pointer: `/config/${what}` },
    expected: { value: expected, from: statedBy('Metadata Test', `/metadataTest/${pointer}`) },
    actual: { value: actual, from: `config.${what} of ${imageKey(image)}` },
  });
  const environment = environmentOf(fieldOf(config, 'Env'));
  const labels = mapOf(fieldOf(config, 'Labels'));
  yield* compareValues(['Env', 'env', environment], test.env, matcher, find);
  yield* compareValues(['Env', 'envVars', environment], test.envVars, matcher, find);
  yield* compareValues(['Labels', 'labels', labels], test.labels, matcher, find);
  for (const [position, { key }] of (test.unboundEnvVars ?? []).entries())
    if (environment.has(key))
      yield find('Env', `unboundEnvVars/${position}`, `${key} absent`, `${key}=${environment.get(key)}`);
  for (const [field, wanted] of [['Entrypoint', test.entrypoint] as const, ['Cmd', test.cmd] as const]) {
    const actual = listOf(fieldOf(config, field));
    if (wanted && JSON.stringify(wanted) !== JSON.stringify(actual))
      yield find(field, field.toLowerCase(), [...wanted], [...actual]);
  }
  const ports = keysOf(fieldOf(config, 'ExposedPorts'));
  const volumes = keysOf(fieldOf(config, 'Volumes'));
  yield* compareKeys(['ExposedPorts', 'exposedPorts', ports], test.exposedPorts, true, find);
  yield* compareKeys(['ExposedPorts', 'unexposedPorts', ports], test.unexposedPorts, false, find);
  yield* compareKeys(['Volumes', 'volumes', volumes], test.volumes, true, find);
  yield* compareKeys(['Volumes', 'unmountedVolumes', volumes], test.unmountedVolumes, false, find);
  for (const [field, name, wanted] of [
    ['WorkingDir', 'workdir', test.workdir] as const,
    ['User', 'user', test.user] as const,
  ]) {
    const actual = fieldOf(config, field) ?? '';
    if (wanted !== undefined && wanted !== '' && wanted !== actual) yield find(field, name, wanted, actual);
  }
}

type Find = (what: string, pointer: string, expected: Json, actual: Json) => Violation;

function* compareValues(
  [field, name, actual]: readonly [string, string, ReadonlyMap<string, string>],
  wanted: readonly TestValue[] | null | undefined,
  matcher: Matcher,
  find: Find,
): Iterable<Violation> {
  for (const [position, { key, value = '', isRegex = false }] of (wanted ?? []).entries()) {
    const found = actual.get(key);
    const fits = found !== undefined && (isRegex ? matcher.matches(value, found) : found === value);
    if (fits) continue;
    const expected = isRegex ? `${key} matching /${value}/` : `${key}=${value}`;
    yield find(
      field,
      `${name}/${position}`,
      expected,
      found === undefined ? `${key} absent` : `${key}=${found}`,
    );
  }
}

/** A port without a protocol stands for it with any. */
function* compareKeys(
  [field, name, actual]: readonly [string, string, readonly string[]],
  wanted: readonly (string | number)[] | null | undefined,
  isWanted: boolean,
  find: Find,
): Iterable<Violation> {
  for (const [position, value] of (wanted ?? []).entries()) {
    const text = String(value);
    const isThere = actual.some(
      (key) => key === text || (field === 'ExposedPorts' && key.split('/')[0] === text),
    );
    if (isThere !== isWanted)
      yield find(field, `${name}/${position}`, `${text} ${isWanted ? 'present' : 'absent'}`, [...actual]);
  }
}

function mapOf(value: Json | undefined): ReadonlyMap<string, string> {
  return new Map(isObject(value) ? Object.entries(value).map(([key, text]) => [key, String(text)]) : []);
}

function keysOf(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function listOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).map(String) : [];
}
