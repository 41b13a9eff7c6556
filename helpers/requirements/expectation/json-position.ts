import { MAX_EXPECTATION_VALUES } from '../../archive/limits.ts';
import type { Json } from '../../common/json.ts';

/** Where each value of a JSON text stands, so that an error can point at its line and column. */

interface Position {
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number;
}

interface JsonPositions {
  /** Offset of each value (of its key, for a member of an object) by JSON pointer; `''` is the whole. */
  readonly offsets: ReadonlyMap<string, number>;
  /** Keys that stand twice in one object: pointer and offset of the second. */
  readonly duplicates: readonly { readonly pointer: string; readonly offset: number }[];
}

/** A text as a value, and where its parts stand. */
export interface LocatedValue extends JsonPositions {
  readonly value: Json;
}

/** Thrown at the first character that is no JSON. */
export class JsonSyntaxError extends Error {
  readonly offset: number;
  constructor(offset: number, expected: string) {
    super(`expected ${expected}`);
    this.offset = offset;
  }
}

const MAX_DEPTH = 64;
/** Of a key that stands twice, each later one is a mistake; there may be as many as values. */
const MAX_DUPLICATES = 1000;

/** Walks the text once. Throws `JsonSyntaxError` at the first thing that is no JSON (RFC 8259). */
export function locateValues(text: string): JsonPositions {
  const offsets = new Map<string, number>();
  const duplicates: { pointer: string; offset: number }[] = [];
  let at = 0;
  let values = 0;

  const skipBlanks = () => {
    at = match(/[ \t\r\n]*/y) ?? at;
  };
  const match = (pattern: RegExp): number | undefined => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : undefined;
  };
  const take = (pattern: RegExp, expected: string): string => {
    const end = match(pattern);
    if (end === undefined) throw new JsonSyntaxError(at, expected);
    const taken = text.slice(at, end);
    at = end;
    return taken;
  };
  const value = (pointer: string, offset: number, depth: number): void => {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError(at, `at most ${MAX_DEPTH} levels of nesting`);
    if (++values > MAX_EXPECTATION_VALUES)
      throw new JsonSyntaxError(at, `at most ${MAX_EXPECTATION_VALUES} values`);
    if (offsets.has(pointer) && duplicates.length < MAX_DUPLICATES) duplicates.push({ pointer, offset });
    offsets.set(pointer, offset);
    if (text[at] === '{') members(pointer, depth, '}', objectMember);
    else if (text[at] === '[') members(pointer, depth, ']', arrayMember);
    else take(SCALAR, 'a JSON value');
    skipBlanks();
  };
  const objectMember = (pointer: string, depth: number) => {
    const start = at;
    const key = String(JSON.parse(take(STRING, 'a key in double quotes')));
    skipBlanks();
    take(/:/y, "':'");
    skipBlanks();
    value(`${pointer}/${escapePointer(key)}`, start, depth);
  };
  const arrayMember = (pointer: string, depth: number, position: number) =>
    value(`${pointer}/${position}`, at, depth);
  const members = (
    pointer: string,
    depth: number,
    close: string,
    member: (pointer: string, depth: number, position: number) => void,
  ) => {
    at++;
    skipBlanks();
    for (let position = 0; text[at] !== close; position++) {
      if (position > 0) {
        take(/,/y, `',' or '${close}'`);
        skipBlanks();
      }
      member(pointer, depth + 1, position);
    }
    at++;
  };

  skipBlanks();
  value('', at, 0);
  if (at < text.length) throw new JsonSyntaxError(at, 'the end of the file');
  return { offsets, duplicates };
}

const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = new RegExp(
  `true|false|null|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|${STRING.source}`,
  'y',
);

/** RFC 6901: `~` and `/` inside a key. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
