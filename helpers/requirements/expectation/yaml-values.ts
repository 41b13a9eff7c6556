import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { MAX_EXPECTATION_VALUES, MAX_YAML_BYTES } from '../../archive/limits.ts';
import type { Json } from '../../common/json.ts';
import { escapePointer, type LocatedValue } from './json-position.ts';

const MAX_DEPTH = 64;
const MAX_DUPLICATES = 1000;
/** The parser's own search for keys that stand twice takes time by their square; `locate` finds them. */
const OPTIONS = { prettyErrors: false, merge: true, uniqueKeys: false } as const;
/** How often aliases may repeat what they name, as the `yaml` package counts: a few lines can stand for gigabytes. */
const MAX_ALIASES = 100;

/** Thrown at the first thing that cannot be taken. The message is a sentence without its end. */
export class YamlProblem extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** Reads YAML 1.2, with merge keys, into JSON values. Throws `YamlProblem` at the first thing that cannot be taken. */
export function readYaml(text: string): LocatedValue {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES)
    throw new YamlProblem(0, `takes at most ${MAX_YAML_BYTES} bytes as YAML; write more as JSON`);
  const document = withoutOverflow(() => parseDocument(text, OPTIONS));
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new YamlProblem(problem.pos[0], `not YAML: ${problem.message}`);
  const found: Found = { offsets: new Map(), duplicates: [] };
  locate(document.contents, '', found, 0);
  const value = withoutOverflow(() => toValue(() => document.toJS({ maxAliasCount: MAX_ALIASES })));
  assertBounded(value);
  return { value, ...found };
}

/** The parser calls itself for each level of nesting. */
function withoutOverflow<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(0);
    throw error;
  }
}

function toValue(convert: () => unknown): Json {
  try {
    return (convert() ?? null) as Json;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    if (/excessive/i.test(error.message))
      throw new YamlProblem(0, `repeats too much by aliases (at most ${MAX_ALIASES} of an anchor)`);
    throw new YamlProblem(0, `not YAML: ${error.message}`);
  }
}

interface Found {
  readonly offsets: Map<string, number>;
  readonly duplicates: { pointer: string; offset: number }[];
}

/** Where each value stands; what an alias repeats stands where it was written first. */
function locate(
  node: Node | null,
  pointer: string,
  found: Found,
  depth: number,
  at = node?.range?.[0] ?? 0,
): void {
  if (depth > MAX_DEPTH) throw tooDeep(at);
  const { offsets, duplicates } = found;
  if (offsets.has(pointer) && duplicates.length < MAX_DUPLICATES) duplicates.push({ pointer, offset: at });
  offsets.set(pointer, at);
  if (isSeq<Node>(node))
    for (const [position, item] of node.items.entries())
      locate(item, `${pointer}/${position}`, found, depth + 1);
  if (isMap<Node, Node | null>(node))
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      locate(value, `${pointer}/${escapePointer(name)}`, found, depth + 1, key.range?.[0] ?? at);
    }
}

/** Aliases make more values than are written. */
function assertBounded(value: Json): void {
  let count = 0;
  const pending: (readonly [Json, number])[] = [[value, 0]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [item, depth] = next;
    if (depth > MAX_DEPTH) throw tooDeep(0);
    if (++count > MAX_EXPECTATION_VALUES)
      throw new YamlProblem(0, `holds more than ${MAX_EXPECTATION_VALUES} values`);
    if (typeof item === 'object' && item !== null)
      for (const part of Object.values(item)) pending.push([part as Json, depth + 1]);
  }
}

function tooDeep(offset: number): YamlProblem {
  return new YamlProblem(offset, `has more than ${MAX_DEPTH} levels of nesting`);
}
