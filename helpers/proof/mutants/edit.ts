import type { Draft, ImageDraft, LayerDraft, MutableJson, MutableObject } from './draft.ts';
import type { TarItem } from './tar-writer.ts';
import { isMutableObject } from './write-image.ts';

/** Small steps from a correct draft to a broken one. Each throws when the draft does not have what it names. */

/** The value at a JSON pointer. */
export function getAt(root: MutableJson, pointer: string): MutableJson {
  let value: MutableJson | undefined = root;
  for (const segment of segmentsOf(pointer)) {
    value = Array.isArray(value)
      ? value[Number(segment)]
      : isMutableObject(value)
        ? value[segment]
        : undefined;
  }
  if (value === undefined) throw new Error(`Suite bug: a mutant names ${pointer}, which is not there`);
  return value;
}

/** Sets the value at a JSON pointer, whose parent must exist. */
export function setAt(root: MutableJson, pointer: string, value: MutableJson): void {
  const { parent, key } = parentAt(root, pointer);
  if (Array.isArray(parent)) parent[Number(key)] = value;
  else parent[key] = value;
}

/** Removes the field or item at a JSON pointer, which must exist. */
export function removeAt(root: MutableJson, pointer: string): void {
  getAt(root, pointer);
  const { parent, key } = parentAt(root, pointer);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
}

/** Adds an item to the array at a JSON pointer. */
export function pushAt(root: MutableJson, pointer: string, value: MutableJson): void {
  listAt(root, pointer).push(value);
}

export function listAt(root: MutableJson, pointer: string): MutableJson[] {
  const list = getAt(root, pointer);
  if (!Array.isArray(list)) throw new Error(`Suite bug: a mutant takes ${pointer} for a list`);
  return list;
}

export function objectAt(root: MutableJson, pointer: string): MutableObject {
  const value = getAt(root, pointer);
  if (!isMutableObject(value)) throw new Error(`Suite bug: a mutant takes ${pointer} for an object`);
  return value;
}

function parentAt(
  root: MutableJson,
  pointer: string,
): { parent: MutableJson[] | MutableObject; key: string } {
  const slash = pointer.lastIndexOf('/');
  const parent = getAt(root, pointer.slice(0, slash));
  if (!Array.isArray(parent) && !isMutableObject(parent))
    throw new Error(`Suite bug: a mutant names ${pointer}, below a plain value`);
  return { parent, key: unescapeSegment(pointer.slice(slash + 1)) };
}

function segmentsOf(pointer: string): readonly string[] {
  return pointer === '' ? [] : pointer.slice(1).split('/').map(unescapeSegment);
}

function unescapeSegment(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

export function imageAt({ images }: Draft, position = 0): ImageDraft {
  const image = images[position];
  if (!image) throw new Error(`Suite bug: the draft has no image ${position}`);
  return image;
}

export function layerAt(draft: Draft, position: number): LayerDraft {
  const layer = imageAt(draft).layers[position];
  if (!layer) throw new Error(`Suite bug: the draft has no layer ${position}`);
  return layer;
}

/** The entry of a path, in whichever layer has it first. */
export function entryAt(draft: Draft, path: string): TarItem {
  return found(
    imageAt(draft)
      .layers.flatMap(({ entries }) => entries)
      .find((entry) => entry.path === path),
    path,
  );
}

/** Adds entries to the end of the top layer. */
export function addEntries(draft: Draft, ...entries: TarItem[]): void {
  imageAt(draft)
    .layers.at(-1)
    ?.entries.push(...entries);
}

/** The member that a pattern names. */
export function memberAt(members: readonly TarItem[], pattern: RegExp): TarItem {
  return found(
    members.find(({ path }) => pattern.test(path)),
    String(pattern),
  );
}

function found(item: TarItem | undefined, name: string): TarItem {
  if (!item) throw new Error(`Suite bug: a mutant names ${name}, which is not there`);
  return item;
}

/** Leaves the members out that a pattern names. */
export function without(pattern: RegExp): (members: TarItem[]) => TarItem[] {
  return (members) => {
    memberAt(members, pattern);
    return members.filter(({ path }) => !pattern.test(path));
  };
}

/** Adds members at the end. */
export function adding(...items: TarItem[]): (members: TarItem[]) => TarItem[] {
  return (members) => [...members, ...items];
}
