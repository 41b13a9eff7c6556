import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Json } from './json.ts';

/** Compiling takes some 15 ms, and a register has many files of one schema. */
const compiled = new WeakMap<object, ValidateFunction>();

/** Says in sentences what a JSON value breaks of a JSON Schema, one for each violation; empty when it holds. */
export function schemaProblems(schema: object, value: Json, name: string): readonly string[] {
  const validate =
    compiled.get(schema) ??
    // A self-test holds each schema to its own schema; here that would take longer than all the rest.
    new Ajv({ allErrors: true, strict: true, verbose: true, validateSchema: false }).compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${name}: ${sentence(error)}`);
}

function sentence(error: ErrorObject): string {
  const place = error.instancePath === '' ? 'the top level' : error.instancePath;
  const params = error.params as Readonly<Record<string, unknown>>;
  const words = WORDS[error.keyword];
  return words === undefined
    ? `at ${place}: ${error.message ?? error.keyword}.`
    : words(place, params, error);
}

type Words = (place: string, params: Readonly<Record<string, unknown>>, error: ErrorObject) => string;

const WORDS: Readonly<Record<string, Words>> = {
  additionalProperties: (place, { additionalProperty }, { parentSchema }) =>
    `unknown field ${JSON.stringify(additionalProperty)} at ${place}; known fields are ${fieldsOf(parentSchema)}.`,
  required: (place, { missingProperty }) =>
    `the field ${JSON.stringify(missingProperty)} is missing at ${place}; add it.`,
  enum: (place, { allowedValues }, { data }) =>
    `${place} is ${JSON.stringify(data)}, but must be one of ${(allowedValues as readonly unknown[]).join(', ')}.`,
  type: (place, { type }, { data }) => `${place} is ${JSON.stringify(data)}, but must be of type ${type}.`,
  pattern: (place, { pattern }, { data }) =>
    `${place} is ${JSON.stringify(data)}, which does not look like ${pattern}.`,
};

function fieldsOf(schema: object | undefined): string {
  const properties = (schema as { readonly properties?: object } | undefined)?.properties ?? {};
  return Object.keys(properties).join(', ');
}
