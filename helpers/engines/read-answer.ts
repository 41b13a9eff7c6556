import { Ajv, type ValidateFunction } from 'ajv';
import { ANSWER_SCHEMAS, type AnswerKind } from './answer-schemas.ts';
import { EngineError } from './error.ts';
import { oneLine } from './step-error.ts';

const validators = new Map<AnswerKind, ValidateFunction>();

function validatorOf(kind: AnswerKind): ValidateFunction {
  // Optimizing the code takes longer than it saves on a handful of answers.
  const ajv = new Ajv({ validateSchema: false, strict: false, code: { optimize: false } });
  const validator = validators.get(kind) ?? ajv.compile(ANSWER_SCHEMAS[kind]);
  validators.set(kind, validator);
  return validator;
}

/**
 * Reads the text of an answer: JSON with the types that the suite goes by. Throws EngineError with one sentence that
 * names what was asked, where the answer is wrong, and what stands there.
 */
export function readAnswer<T>(kind: AnswerKind, asked: string, body: string): T {
  const value = parse(asked, body);
  const validate = validatorOf(kind);
  if (validate(value)) return value as T;
  const [problem] = validate.errors ?? [];
  const path = problem?.instancePath ?? '';
  throw new EngineError(
    `The engine answered ${asked} with something else than Docker's API has: ${path === '' ? 'the answer' : path} ${problem?.message ?? 'is wrong'}, and is ${shown(at(value, path))}.`,
  );
}

function parse(asked: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new EngineError(`The engine answered ${asked} with something that is not JSON: ${quoted(body)}.`);
  }
}

/** What stands at a JSON pointer. */
function at(value: unknown, pointer: string): unknown {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);
}

function shown(value: unknown): string {
  return value === undefined ? 'absent' : quoted(JSON.stringify(value), '');
}

function quoted(text: string, mark = '"'): string {
  const line = oneLine(text);
  return `${mark}${line.length > 80 ? `${line.slice(0, 80)}…` : line}${mark}`;
}
