import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { MAX_MISTAKES } from '../../archive/limits.ts';
import schema from './expectation.schema.json' with { type: 'json' };
import type { Expectation } from './expectation-model.ts';
import { escapePointer } from './json-position.ts';
import { whyNoPattern } from './pattern.ts';

/** One thing wrong with an expectation file, with the JSON pointer of where. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
}

export type SchemaResult =
  | { readonly ok: true; readonly expectation: Expectation }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[]; readonly omitted: number };

/** Validates against the published JSON Schema; all problems at once. */
export function validateExpectation(value: unknown): SchemaResult {
  const result = validateBy<Expectation>(schema, value);
  return result.ok ? { ok: true, expectation: result.value } : result;
}

type Validated<Value> =
  | { readonly ok: true; readonly value: Value }
  | Exclude<SchemaResult, { readonly ok: true }>;

/** Validates by a schema whose format `regex` means the syntax of RE2. */
export function validateBy<Value>(by: object, value: unknown): Validated<Value> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    // A self-test does that.
    validateSchema: false,
    formats: { regex: (source: string) => whyNoPattern(source) === undefined },
  });
  const validate = ajv.compile<Value>(by);
  if (validate(value)) return { ok: true, value };
  const errors = validate.errors ?? [];
  return {
    ok: false,
    problems: errors.slice(0, MAX_MISTAKES).map(describe),
    omitted: Math.max(0, errors.length - MAX_MISTAKES),
  };
}

function describe({
  keyword,
  instancePath,
  params,
  message,
  parentSchema,
  data,
}: ErrorObject): SchemaProblem {
  const hint = typeof parentSchema?.['description'] === 'string' ? ` (${parentSchema['description']})` : '';
  if (keyword === 'additionalProperties') {
    const field = String(params['additionalProperty']);
    const known = Object.keys(parentSchema?.['properties'] ?? {}).filter((key) => key !== '$schema');
    return {
      pointer: `${instancePath}/${escapePointer(field)}`,
      message: `unknown field ${JSON.stringify(field)}; known here: ${known.join(', ')}`,
    };
  }
  if (keyword === 'required') {
    return {
      pointer: instancePath,
      message: `the field ${JSON.stringify(params['missingProperty'])} is missing`,
    };
  }
  if (keyword === 'minProperties') return { pointer: instancePath, message: `states nothing${hint}` };
  if (keyword === 'format')
    return {
      pointer: instancePath,
      message: `is no regular expression of RE2: ${whyNoPattern(String(data)) ?? ''}`,
    };
  if (keyword === 'enum') {
    return { pointer: instancePath, message: `must be one of ${params['allowedValues'].join(', ')}` };
  }
  if (keyword === 'type') {
    const types = [params['type']].flat().join(' or ');
    return { pointer: instancePath, message: `must be ${types}${hint}` };
  }
  return { pointer: instancePath, message: `${message ?? 'is not valid'}${hint}` };
}
