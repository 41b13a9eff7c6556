import type { Archive, Image } from '../../archive/model.ts';
import { entriesOf, fieldOf, isObject, listOf, stringOf } from '../../archive/oci/guards.ts';
import type { Json } from '../../common/json.ts';
import type { ArchiveDifference, Area } from './diff-model.ts';
import { diffRoots } from './root.ts';

/** Fields of a config with an area of their own, or that follow from others. */
const PLATFORM = ['os', 'architecture', 'variant', 'os.version', 'os.features'];
const ELSEWHERE = new Set([...PLATFORM, 'rootfs', 'history', 'created', 'config', 'container_config']);

/** Everything that two images of the same platform do not have in common. Equal layers are not looked into. */
export function* diffImages(before: Image, after: Image): Iterable<ArchiveDifference> {
  const [a, b] = [before.config?.value, after.config?.value];
  for (const name of PLATFORM) yield* differ('platform', name, fieldOf(a, name), fieldOf(b, name));
  yield* compareConfigs(a, b);
  if (!isSame(before.diffIds, after.diffIds)) {
    const inRoot = [...diffRoots(before, after)];
    yield* inRoot;
    yield* compareLayers(before, after, inRoot.length === 0);
  }
  yield* compareStorage(before, after);
  yield* differ('times', 'created', fieldOf(a, 'created'), fieldOf(b, 'created'));
  yield* compareHistories(a, b);
  yield* differ('names', 'names', [...before.names].sort(), [...after.names].sort());
  yield* compareAnnotations(before, after);
}

function* compareConfigs(a: Json | undefined, b: Json | undefined): Iterable<ArchiveDifference> {
  yield* compareFields('config', '', fieldOf(a, 'config'), fieldOf(b, 'config'));
  yield* compareFields('config', 'the config: ', withoutElsewhere(a), withoutElsewhere(b));
}

function withoutElsewhere(config: Json | undefined): Json {
  return Object.fromEntries(entriesOf(config).filter(([key]) => !ELSEWHERE.has(key)));
}

/** Field by field; a map or list of texts (Env, Labels) item by item. */
function* compareFields(
  area: Area,
  prefix: string,
  a: Json | undefined,
  b: Json | undefined,
): Iterable<ArchiveDifference> {
  const keys = [...new Set([...entriesOf(a), ...entriesOf(b)].map(([key]) => key))].sort();
  for (const key of keys) {
    const [left, right] = [emptyAsAbsent(fieldOf(a, key)), emptyAsAbsent(fieldOf(b, key))];
    if (isObject(left) && isObject(right)) yield* compareFields(area, `${prefix}${key} `, left, right);
    else if (key === 'Env') yield* compareFields(area, `${prefix}${key} `, variables(left), variables(right));
    else yield* differ(area, `${prefix}${key}`, left, right);
  }
}

/** null, '', [] and {} mean the same as an absent field. */
function emptyAsAbsent(value: Json | undefined): Json | undefined {
  if (value === null || value === '') return undefined;
  return typeof value === 'object' && Object.keys(value).length === 0 ? undefined : value;
}

function variables(list: Json | undefined): Json {
  const texts = Array.isArray(list) ? (list as readonly Json[]).map(String) : [];
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

/** How a root is cut into layers. That another root has other layers goes without saying. */
function* compareLayers(before: Image, after: Image, isSameRoot: boolean): Iterable<ArchiveDifference> {
  yield* differ('layers', 'number of layers', before.diffIds.length, after.diffIds.length);
  if (!isSameRoot) return;
  const count = Math.max(before.diffIds.length, after.diffIds.length);
  for (let position = 0; position < count; position++)
    yield* differ('layers', `layers[${position}] diffID`, before.diffIds[position], after.diffIds[position]);
}

/** How layers are stored: compression, media type and size of those with the same content. */
function* compareStorage(before: Image, after: Image): Iterable<ArchiveDifference> {
  for (const [position, left] of before.layers.entries()) {
    const right = after.layers[position];
    if (before.diffIds[position] !== after.diffIds[position] || !right) continue;
    const what = `layers[${position}]`;
    yield* differ('compression', `${what} compression`, left.layer?.compression, right.layer?.compression);
    yield* differ('compression', `${what} stored digest`, left.layer?.digest, right.layer?.digest);
    yield* differ(
      'compression',
      `${what} media type`,
      left.descriptor?.mediaType,
      right.descriptor?.mediaType,
    );
  }
}

function* compareHistories(a: Json | undefined, b: Json | undefined): Iterable<ArchiveDifference> {
  const [left, right] = [listOf(a, 'history'), listOf(b, 'history')];
  yield* differ('history', 'number of entries', left.length, right.length);
  for (let position = 0; position < Math.max(left.length, right.length); position++) {
    for (const name of ['created_by', 'comment', 'author', 'empty_layer'])
      yield* differ(
        'history',
        `history[${position}] ${name}`,
        fieldOf(left[position], name),
        fieldOf(right[position], name),
      );
    yield* differ(
      'times',
      `history[${position}] created`,
      fieldOf(left[position], 'created'),
      fieldOf(right[position], 'created'),
    );
  }
}

function* compareAnnotations(before: Image, after: Image): Iterable<ArchiveDifference> {
  const of = (image: Image) => fieldOf(image.manifest?.value, 'annotations');
  yield* compareFields('annotations', 'manifest ', of(before), of(after));
}

function* differ(
  area: Area,
  what: string,
  before: Json | undefined,
  after: Json | undefined,
): Iterable<ArchiveDifference> {
  if (isSame(before, after)) return;
  yield { area, what, ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
}

/** The order of fields is none of JSON. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json | undefined): string {
  return (
    JSON.stringify(value, (_, part: Json) =>
      isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
    ) ?? ''
  );
}

/** `linux/arm64/v8`, to find the images of two archives that belong together. */
export function platformLabel({ config }: Image): string {
  const parts = ['os', 'architecture', 'variant'].map((name) => stringOf(config?.value, name) ?? '');
  return parts.filter((part) => part !== '').join('/') || 'no platform';
}

/** Attestations of an archive, by the kinds of statement in them. */
export function attestationKinds({ ociImages }: Archive): readonly string[] {
  return ociImages
    .filter(({ kind }) => kind === 'attestation')
    .flatMap(({ manifest }) => listOf(manifest?.value, 'layers'))
    .map((layer) => stringOf(fieldOf(layer, 'annotations'), 'in-toto.io/predicate-type') ?? 'unknown')
    .sort();
}
