import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import schema from './expectation.schema.json' with { type: 'json' };
import { escapePointer } from './json-position.ts';
import type { Expectation } from './model.ts';

/** One thing wrong with an expectation file, with the JSON pointer of where. */
export interface SchemaProblem {
  readonly pointer: string;
  readonly message: string;
}

export type SchemaResult =
  | { readonly ok: true; readonly expectation: Expectation }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** Validates against the published JSON Schema; all problems at once. */
export function validateExpectation(value: unknown): SchemaResult {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    // A self-test does that.
    validateSchema: false,
    formats: { regex: isPattern },
  });
  const validate = ajv.compile<Expectation>(schema);
  if (validate(value)) return { ok: true, expectation: value };
  return { ok: false, problems: (validate.errors ?? []).map(describe) };
}

/** Patterns are compiled as they are used: with the `u` flag. */
function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

function describe({ keyword, instancePath, params, message, parentSchema }: ErrorObject): SchemaProblem {
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
  if (keyword === 'format') return { pointer: instancePath, message: 'is no regular expression' };
  if (keyword === 'enum') {
    return { pointer: instancePath, message: `must be one of ${params['allowedValues'].join(', ')}` };
  }
  if (keyword === 'type') {
    const types = [params['type']].flat().join(' or ');
    return { pointer: instancePath, message: `must be ${types}${hint}` };
  }
  return { pointer: instancePath, message: `${message ?? 'is not valid'}${hint}` };
}
