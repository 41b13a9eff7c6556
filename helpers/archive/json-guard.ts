import type { Json } from '../common/json.ts';
import { MAX_PROBLEMS } from './limits.ts';
import type { ProblemKind, ReadLimits, WrittenNumber } from './model.ts';
import { pointerSegment } from './oci/guards.ts';

/** `where` is a JSON pointer, a byte offset, or both. */
type JsonReport = (
  kind: ProblemKind,
  where: { readonly pointer?: string; readonly offset?: number },
  expected: Json,
  actual: Json,
) => void;

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { ignoreBOM: true, fatal: true });

/**
 * Parses JSON bytes without trust: encoding, nesting and duplicate keys are reported with their place; what is odd
 * but readable is read on, so that one defect stays one problem. Size is the caller's to bound.
 */
export function parseJson(
  bytes: Uint8Array,
  limits: ReadLimits,
  report: JsonReport,
): { text: string; value: Json | undefined; fractions: readonly WrittenNumber[] } {
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (bom) report('json-encoding', { offset: 0 }, 'UTF-8 without a byte order mark', 'a byte order mark');
  const text = lenient.decode(bytes);
  if (!isUtf8(bytes)) report('json-encoding', { offset: firstInvalid(bytes) }, 'UTF-8', 'other bytes');
  const source = bom ? text.slice(1) : text;
  const start = bom ? 3 : 0;
  const offsetOf = byteOffsets(source, start);
  const tooDeep = findTooDeep(source, limits.jsonDepth);
  if (tooDeep >= 0) {
    report('limit-json-depth', { offset: offsetOf(tooDeep) }, `at most ${limits.jsonDepth} levels`, 'more');
    return { text, value: undefined, fractions: [] };
  }
  try {
    const value = JSON.parse(source) as Json;
    const fractions: WrittenNumber[] = [];
    walkText(source, {
      duplicate: (pointer, at, key) =>
        report('json-duplicate-key', { pointer, offset: offsetOf(at) }, 'each key once', key),
      fraction: (number) => fractions.push(number),
    });
    return { text, value, fractions };
  } catch (error) {
    const { message } = error as Error;
    // The engine's message names a position only for some mistakes.
    const position = /position (\d+)/.exec(message)?.[1];
    const where = position === undefined ? {} : { offset: offsetOf(Number(position)) };
    report('json-syntax', where, 'JSON', message.slice(0, 200));
    return { text, value: undefined, fractions: [] };
  }
}

/** Most values that bytes of JSON can hold: each stands after a bracket, a comma or a colon. Strings are skipped. */
export function countValues(bytes: Uint8Array): number {
  let values = 1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 0x22) {
      at = bytes.indexOf(0x22, at + 1);
      while (at > 0 && isEscaped(bytes, at)) at = bytes.indexOf(0x22, at + 1);
      if (at < 0) break;
    } else if (byte === 0x7b || byte === 0x5b || byte === 0x2c || byte === 0x3a) values++;
  }
  return values;
}

/** Whether an odd number of backslashes stands before this place. */
function isEscaped(bytes: Uint8Array, at: number): boolean {
  let before = at;
  while (bytes[before - 1] === 0x5c) before--;
  return (at - before) % 2 === 1;
}

/** Byte offsets of places in a text. They are asked for in order, so each part of the text is measured once. */
function byteOffsets(text: string, start: number): (at: number) => number {
  let known = 0;
  let offset = start;
  return (at) => {
    if (at < known) return start + Buffer.byteLength(text.slice(0, at));
    offset += Buffer.byteLength(text.slice(known, at));
    known = at;
    return offset;
  };
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Offset of the first byte that is no UTF-8, by halving: a prefix that ends inside a character is no error yet. */
function firstInvalid(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8Prefix(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function isUtf8Prefix(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Where nesting passes the limit, or -1. Strings are skipped; the text need not be valid. */
function findTooDeep(text: string, limit: number): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return at;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return -1;
}

/** Position of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}

interface Level {
  /** Keys seen in an object; absent in an array. */
  readonly keys: Set<string> | undefined;
  segment: string | number;
}

/** A key may be megabytes long, and stand in the pointers of many problems. */
function shorten<Segment extends string | number>(segment: Segment): Segment | string {
  return typeof segment === 'string' && segment.length > 256 ? `${segment.slice(0, 256)}…` : segment;
}

interface Found {
  readonly duplicate: (pointer: string, at: number, key: string) => void;
  readonly fraction: (number: WrittenNumber) => void;
}

const NUMBER = /-?\d[\d.eE+-]*/y;

/** Walks text that is known to be valid JSON; only keys, commas, brackets and numbers matter. */
function walkText(text: string, found: Found): void {
  const levels: Level[] = [];
  let expectKey = false;
  let duplicates = 0;
  let fractions = 0;
  const pointer = () => levels.map(({ segment }) => pointerSegment(shorten(segment))).join('');
  for (let at = 0; at < text.length; at++) {
    const level = levels.at(-1);
    switch (text[at]) {
      case '{':
        levels.push({ keys: new Set(), segment: '' });
        expectKey = true;
        break;
      case '[':
        levels.push({ keys: undefined, segment: 0 });
        expectKey = false;
        break;
      case '}':
      case ']':
        levels.pop();
        expectKey = false;
        break;
      case ',':
        expectKey = level?.keys !== undefined;
        if (level && typeof level.segment === 'number') level.segment++;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (expectKey && level?.keys) {
          const raw = text.slice(at + 1, end);
          const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
          level.segment = key;
          if (level.keys.has(key) && ++duplicates <= MAX_PROBLEMS)
            found.duplicate(pointer(), at, shorten(key));
          level.keys.add(key);
          expectKey = false;
        }
        at = end;
        break;
      }
      default: {
        const code = text.charCodeAt(at);
        if (code !== 0x2d && (code < 0x30 || code > 0x39)) break;
        NUMBER.lastIndex = at;
        const [number = ''] = NUMBER.exec(text) ?? [];
        if (/[.eE]/.test(number) && ++fractions <= MAX_PROBLEMS)
          found.fraction({ pointer: pointer(), text: shorten(number) });
        at += Math.max(number.length, 1) - 1;
      }
    }
  }
}
