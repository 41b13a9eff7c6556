import { MAX_EXPECTATION_BYTES, MAX_MISTAKES } from '../../archive/limits.ts';
import { readBounded } from '../../common/bounded-file.ts';
import { escapeControl } from '../../common/escape.ts';
import type { Expectation } from './expectation-model.ts';
import { JsonSyntaxError, type LocatedValue, locateValues, positionAt } from './json-position.ts';
import { type SchemaProblem, type SchemaResult, validateExpectation } from './schema.ts';
import { isStructureTest, readStructureTests } from './structure/read-structure.ts';
import { readYaml, YamlProblem } from './yaml-values.ts';

/** An expectation file that cannot be used. The message has one line for each problem: `file:line:column: what`. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** Reads and validates an expectation file. Throws `ExpectationError`, never anything else. */
export async function readExpectation(path: string): Promise<Expectation> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readBounded(path, MAX_EXPECTATION_BYTES));
  } catch (error) {
    throw new ExpectationError(`${escapeControl(path)}: cannot read the expectation: ${reason(error)}`);
  }
  return parseExpectation(text, path);
}

/** Validates the text of an expectation file, JSON or YAML; `name` is how errors call it. */
export function parseExpectation(text: string, name: string): Expectation {
  const located = locate(text, name);
  const result = validate(located.value);
  const problems = [
    ...located.duplicates.map(({ pointer }) => ({ pointer, message: 'is stated twice' })),
    ...(result.ok ? duplicatePaths(result.expectation) : result.problems),
  ];
  if (result.ok && problems.length === 0) return result.expectation;
  const told = problems.slice(0, MAX_MISTAKES);
  const omitted = problems.length - told.length + (result.ok ? 0 : result.omitted);
  const lines = told.map(({ pointer, message }) =>
    describe(
      text,
      name,
      offsetOf(located.offsets, pointer),
      `${pointer === '' ? 'the file' : pointer} ${message}`,
    ),
  );
  const rest = omitted > 0 ? [`${escapeControl(name)}: and ${omitted} more mistakes`] : [];
  throw new ExpectationError([...new Set(lines), ...rest].join('\n'));
}

/** Our own expectation, or a file of container-structure-test as it stands. */
function validate(value: LocatedValue['value']): SchemaResult {
  return isStructureTest(value) ? readStructureTests(value) : validateExpectation(value);
}

function locate(text: string, name: string): LocatedValue {
  try {
    return isYaml(text, name) ? readYaml(text) : { ...locateValues(text), value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof JsonSyntaxError)
      throw new ExpectationError(describe(text, name, error.offset, `not JSON: ${error.message} here`));
    if (!(error instanceof YamlProblem)) throw error;
    throw new ExpectationError(describe(text, name, error.offset, error.message));
  }
}

/** By its name; one that tells nothing is JSON where it starts like it. */
function isYaml(text: string, name: string): boolean {
  const [, ending] = /\.(json|ya?ml)$/i.exec(name) ?? [];
  return ending === undefined ? !/^\s*(?:[{[]|$)/.test(text) : ending.toLowerCase() !== 'json';
}

/** A path stated twice in one list: the schema cannot say that. */
function duplicatePaths(expectation: Expectation): readonly SchemaProblem[] {
  const lists = [
    ...(expectation.layers ?? []).map((layer, position) => [`/layers/${position}`, layer] as const),
    ...(expectation.rootfs ? [['/rootfs', expectation.rootfs] as const] : []),
  ];
  return lists.flatMap(([pointer, { files = [], absent = [] }]) => {
    const isAbsent = new Set<string>(absent);
    const seen = new Set<string>(absent);
    return files.flatMap(({ path }, position) => {
      if (!seen.has(path)) {
        seen.add(path);
        return [];
      }
      const message = isAbsent.has(path) ? 'is also stated as absent' : 'is stated twice';
      return [{ pointer: `${pointer}/files/${position}/path`, message }];
    });
  });
}

/** The offset of a pointer, or of the nearest value around it. */
function offsetOf(offsets: ReadonlyMap<string, number>, pointer: string): number {
  for (let near = pointer; near !== ''; near = near.slice(0, near.lastIndexOf('/'))) {
    const offset = offsets.get(near);
    if (offset !== undefined) return offset;
  }
  return offsets.get('') ?? 0;
}

function describe(text: string, name: string, offset: number, message: string): string {
  const { line, column } = positionAt(text, offset);
  return `${escapeControl(name)}:${line}:${column}: ${escapeControl(message)}`;
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ? 'it is not UTF-8'
    : escapeControl((error as Error).message);
}
