import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Json } from '../../common/json.ts';
import { schemaProblems } from '../../common/json-schema.ts';
import { projectFolder } from '../../common/project-files.ts';
import { rangeProblem } from '../../common/version-range.ts';
import schema from './deviation.schema.json' with { type: 'json' };
import type { Deviation } from './deviation-model.ts';

/** The register cannot be used: one sentence for each mistake in it. */
export class RegisterError extends Error {
  override readonly name = 'RegisterError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Reads the register: every `*.json` of the folder (default: the suite's own). Throws `RegisterError`. */
export async function loadRegister(
  folder = projectFolder('fixtures/deviations'),
): Promise<readonly Deviation[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const files = await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })),
  );
  const read = files.map(({ name, text }) => parseDeviation(text, name));
  const problems = read.flatMap((result) => ('problems' in result ? result.problems : []));
  if (problems.length > 0) throw new RegisterError(problems);
  return read.flatMap((result) => ('deviation' in result ? [result.deviation] : []));
}

type Parsed = { readonly deviation: Deviation } | { readonly problems: readonly string[] };

/** Reads one deviation; `name` is its file's name and gives the id it must have. */
export function parseDeviation(text: string, name: string): Parsed {
  const value = parseJson(text);
  if (value === undefined) return { problems: [`${name}: this is not JSON; correct its syntax.`] };
  const problems = schemaProblems(schema, value, name);
  if (problems.length > 0) return { problems };
  const deviation = value as unknown as Deviation;
  const more = [...semanticProblems(deviation, basename(name, '.json'))].map((text) => `${name}: ${text}`);
  return more.length > 0 ? { problems: more } : { deviation };
}

function* semanticProblems(deviation: Deviation, id: string): Iterable<string> {
  if (deviation.id !== id) yield `/id is ${JSON.stringify(deviation.id)}, but the file is called ${id}.json.`;
  const range = rangeProblem(deviation.producer.versions);
  if (range !== undefined) yield range;
  const { where, expected, actual } = deviation.observed;
  const patterns = { ...where, ...(expected && { expected }), ...(actual && { actual }) };
  for (const [field, pattern] of Object.entries(patterns)) {
    if (!isPattern(pattern)) yield `the pattern of ${field} is no regular expression: ${pattern}.`;
    else if (matchesAnything(pattern))
      yield `the pattern of ${field} matches anything, and would waive more than one violation; narrow it.`;
  }
  if (deviation.reviewBy <= deviation.found) yield '/reviewBy must be later than /found.';
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'su');
    return true;
  } catch {
    return false;
  }
}

function matchesAnything(pattern: string): boolean {
  return /^\(?(\.[*+]|\.\{\d+,\})\)?$/.test(pattern) || new RegExp(`^(?:${pattern})$`, 'su').test('');
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
