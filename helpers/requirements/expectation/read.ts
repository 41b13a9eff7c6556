import { readFile } from 'node:fs/promises';
import { escapeControl } from '../../common/escape.ts';
import { JsonSyntaxError, locateValues, positionAt } from './json-position.ts';
import type { Expectation } from './model.ts';
import { type SchemaProblem, validateExpectation } from './schema.ts';

/** An expectation file that cannot be used. The message has one line for each problem: `file:line:column: what`. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
}

/** Expectation files are written by hand; a larger one is a mistake. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Reads and validates an expectation file. Throws `ExpectationError`, never anything else. */
export async function readExpectation(path: string): Promise<Expectation> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > MAX_BYTES)
      throw new Error(`it has ${bytes.length} bytes; at most ${MAX_BYTES} are read`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ExpectationError(`${escapeControl(path)}: cannot read the expectation: ${reason(error)}`);
  }
  return parseExpectation(text, path);
}

/** Validates the text of an expectation file; `name` is how errors call it. */
export function parseExpectation(text: string, name: string): Expectation {
  const located = locate(text, name);
  const result = validateExpectation(JSON.parse(text));
  const problems = [
    ...located.duplicates,
    ...(result.ok ? duplicatePaths(result.expectation) : result.problems),
  ];
  if (result.ok && problems.length === 0) return result.expectation;
  const lines = problems.map(({ pointer, message }) =>
    describe(
      text,
      name,
      offsetOf(located.offsets, pointer),
      `${pointer === '' ? 'the file' : pointer} ${message}`,
    ),
  );
  throw new ExpectationError([...new Set(lines)].join('\n'));
}

function locate(text: string, name: string) {
  try {
    const { offsets, duplicates } = locateValues(text);
    return {
      offsets,
      duplicates: duplicates.map(({ pointer }) => ({ pointer, message: 'is stated twice' })),
    };
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new ExpectationError(describe(text, name, error.offset, `not JSON: ${error.message} here`));
  }
}

/** A path stated twice in one list: the schema cannot say that. */
function duplicatePaths(expectation: Expectation): readonly SchemaProblem[] {
  const lists = [
    ...(expectation.layers ?? []).map((layer, position) => [`/layers/${position}`, layer] as const),
    ...(expectation.rootfs ? [['/rootfs', expectation.rootfs] as const] : []),
  ];
  return lists.flatMap(([pointer, { files = [], absent = [] }]) => {
    const seen = new Set<string>(absent);
    return files.flatMap(({ path }, position) => {
      if (!seen.has(path)) {
        seen.add(path);
        return [];
      }
      const message = absent.includes(path) ? 'is also stated as absent' : 'is stated twice';
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
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'permission denied';
  return code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
    ? 'it is not UTF-8'
    : escapeControl((error as Error).message);
}
