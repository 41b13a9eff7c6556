import type { Json } from '../../common/json.ts';

export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A field of a value that may be no object at all; inherited names such as `constructor` are no fields. */
export function fieldOf(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function stringOf(value: Json | undefined, key: string): string | undefined {
  const field = fieldOf(value, key);
  return typeof field === 'string' ? field : undefined;
}

/**
 * An object with the fields of these names, whatever their case was: Go reads `config` as `Config`, and so does every
 * engine. The exact spelling wins. Other fields stay as they are.
 */
export function withKeys(value: Json | undefined, names: readonly string[]): Json | undefined {
  if (!isObject(value)) return value;
  const found = Object.entries(value).flatMap(([key, field]) => {
    const name = names.find((known) => known.toLowerCase() === key.toLowerCase()) ?? key;
    return name === key || !Object.hasOwn(value, name) ? [[name, field] as const] : [];
  });
  return Object.fromEntries(found);
}

/** The elements of an array field; `[]` when it is none. */
export function listOf(value: Json | undefined, key: string): readonly Json[] {
  const field = fieldOf(value, key);
  return isArray(field) ? field : [];
}

/** The strings of an array field; `[]` unless every element is one. */
export function stringsOf(value: Json | undefined, key: string): readonly string[] {
  const list = listOf(value, key);
  return list.every((element) => typeof element === 'string') ? (list as readonly string[]) : [];
}

export function annotationOf(descriptor: Json | undefined, key: string): string | undefined {
  return stringOf(fieldOf(descriptor, 'annotations'), key);
}

/** One segment of a JSON pointer (RFC 6901). */
export function pointerSegment(key: string | number): string {
  return `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

export function isStringArray(value: Json | undefined): value is readonly string[] {
  return isArray(value) && value.every((element) => typeof element === 'string');
}

/** Name and value of each field; `[]` for anything else than an object. */
export function entriesOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isObject(value) ? Object.entries(value) : [];
}
