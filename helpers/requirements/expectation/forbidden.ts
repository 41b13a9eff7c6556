import { imageKey } from '../../archive/images.ts';
import type { Image, Layer } from '../../archive/model.ts';
import { entriesOf, fieldOf, listOf, stringOf } from '../../archive/oci/guards.ts';
import type { Locator } from '../../common/locator.ts';
import { UnjudgedError, type Violation } from '../outcome.ts';
import { stated } from './config.ts';
import { FORBIDDEN_PLACES, type ForbiddenPattern, type ForbiddenPlace } from './expectation-model.ts';
import type { Matcher } from './pattern.ts';

/** Secrets and leftovers: patterns that nothing of an image may hold. Every layer counts, also what a later one hides. */

interface Rule {
  readonly pattern: string;
  readonly pointer: string;
  readonly places: ReadonlySet<ForbiddenPlace>;
}

type Forbidden = readonly (string | ForbiddenPattern)[];

/** Whether the texts of layers must be kept to judge the patterns. */
export function looksIntoTexts(forbidden: Forbidden): boolean {
  return rulesOf(forbidden).some(({ places }) => places.has('texts'));
}

export function* findForbidden(image: Image, forbidden: Forbidden, matcher: Matcher): Iterable<Violation> {
  const rules = rulesOf(forbidden);
  let found = 0;
  for (const text of textsOf(image, rules)) {
    for (const { pattern, pointer, places } of rules) {
      const at = places.has(text.place) ? matcher.find(pattern, text.value) : undefined;
      if (at === undefined) continue;
      found++;
      yield {
        where: text.where,
        expected: { value: `nothing that matches /${pattern}/`, from: stated(pointer) },
        actual: { value: lineAt(text.value, at), from: text.from },
      };
    }
  }
  // With a violation the verdict is clear; without one it is not.
  const unread = found > 0 ? undefined : whyUnread(image, rules);
  if (unread !== undefined) throw new UnjudgedError(unread);
}

function rulesOf(forbidden: Forbidden): readonly Rule[] {
  return forbidden.map((item, position) => {
    const pointer = `/forbidden/${position}`;
    if (typeof item === 'string') return { pattern: item, pointer, places: new Set(FORBIDDEN_PLACES) };
    return { pattern: item.pattern, pointer, places: new Set(item.in ?? FORBIDDEN_PLACES) };
  });
}

interface Text {
  readonly place: ForbiddenPlace;
  readonly value: string;
  readonly where: Locator;
  readonly from: string;
}

function* textsOf(image: Image, rules: readonly Rule[]): Iterable<Text> {
  yield* configTexts(image);
  const wanted = (place: ForbiddenPlace) => rules.some(({ places }) => places.has(place));
  for (const { position, member, layer } of image.layers) {
    const where = { image: imageKey(image), layer: position, member };
    if (layer && wanted('paths')) yield* pathsOf(layer, where);
    if (layer && wanted('texts')) yield* contentsOf(layer, where);
  }
}

function* configTexts({ config, view, position }: Image): Iterable<Text> {
  const place = (pointer: string) => ({
    image: imageKey({ view, position }),
    ...(config && { member: config.member }),
    pointer,
  });
  const parameters = fieldOf(config?.value, 'config');
  for (const [at, value] of listOf(parameters, 'Env').entries())
    if (typeof value === 'string')
      yield { place: 'variables', value, where: place(`/config/Env/${at}`), from: 'variable of the config' };
  for (const [name, value] of entriesOf(fieldOf(parameters, 'Labels'))) {
    const text = `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
    yield { place: 'labels', value: text, where: place('/config/Labels'), from: 'label of the config' };
  }
  for (const [at, entry] of listOf(config?.value, 'history').entries())
    for (const field of ['created_by', 'comment'])
      yield {
        place: 'history',
        value: stringOf(entry, field) ?? '',
        where: place(`/history/${at}/${field}`),
        from: 'history line of the config',
      };
}

function* pathsOf({ entries }: Layer, where: Locator): Iterable<Text> {
  for (const { path, type } of entries)
    if (type !== 'pax-global')
      yield { place: 'paths', value: path, where: { ...where, entry: path }, from: 'path in the layer' };
}

function* contentsOf({ entries, contents }: Layer, where: Locator): Iterable<Text> {
  for (const [index, { bytes }] of contents) {
    if (!bytes || bytes.includes(0)) continue;
    const path = entries.at(index)?.path ?? '';
    const value = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    yield { place: 'texts', value, where: { ...where, entry: path }, from: `content of ${path}` };
  }
}

/** Longest line that a finding quotes: part of one could show a secret that is masked as a whole. */
const MAX_LINE = 1000;

function lineAt(text: string, at: number): string {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  return end - start > MAX_LINE
    ? `a line of ${end - start} characters, from its character ${at - start} on`
    : text.slice(start, end);
}

function whyUnread(image: Image, rules: readonly Rule[]): string | undefined {
  const isLookedFor = (...wanted: readonly ForbiddenPlace[]) =>
    rules.some(({ places }) => wanted.some((place) => places.has(place)));
  const inLayers = isLookedFor('paths', 'texts');
  const inTexts = isLookedFor('texts');
  for (const { position, member, reference, layer } of image.layers) {
    if (!layer && inLayers)
      return `The forbidden patterns are not judged: layer ${position} (${member || reference}) is not in the archive.`;
    for (const [index, { bytes, isBinary }] of inTexts && layer ? layer.contents : []) {
      const entry = layer?.entries.at(index);
      if (!bytes && !isBinary && entry)
        return `The forbidden patterns are not judged: ${entry.path} of layer ${position} is a text that is too large to look into (${entry.size} bytes); leave out "texts" with "in".`;
    }
  }
  return image.config?.value === undefined && isLookedFor('variables', 'labels', 'history')
    ? `The forbidden patterns are not judged: ${imageKey(image)} has no readable config.`
    : undefined;
}
