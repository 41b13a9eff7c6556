import { chunksOf, readRegion } from './byte-source.ts';
import { createDigester, digestOf } from './digest.ts';
import { parseJson } from './json-guard.ts';
import type { MemberStore, StoredMember } from './members.ts';
import type { JsonDocument, ReadLimits } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import type { Report } from './problems.ts';

export interface DocumentReader {
  /** The JSON behind a member name; `undefined` when there is no such file. Read and judged once. */
  read(name: string): JsonDocument | undefined;
}

/** Reads JSON members within the budgets. `plain` names are text that is no JSON. */
export function createDocumentReader(
  store: MemberStore,
  limits: ReadLimits,
  report: Report,
  plain: ReadonlySet<string> = new Set(['version']),
): DocumentReader {
  const known = new Map<string, JsonDocument>();
  return {
    read(name) {
      const member = store.find(name);
      if (!member) return undefined;
      const document = known.get(member.name) ?? readDocument(member, limits, report, plain);
      known.set(member.name, document);
      return document;
    },
  };
}

function readDocument(
  { name, region }: StoredMember,
  limits: ReadLimits,
  report: Report,
  plain: ReadonlySet<string>,
): JsonDocument {
  if (region.size > limits.jsonBytes) {
    report('limit-json-size', { member: name }, `at most ${limits.jsonBytes} bytes`, region.size);
    const digester = createDigester('sha256');
    for (const chunk of chunksOf(region, 1024 * 1024)) digester.update(chunk);
    return { member: name, size: region.size, digest: digester.digest(), text: '', value: undefined };
  }
  const bytes = readRegion(region);
  const base = { member: name, size: bytes.length, digest: digestOf(bytes) };
  if (plain.has(normalisePath(name)))
    return { ...base, text: new TextDecoder().decode(bytes), value: undefined };
  const { text, value } = parseJson(bytes, limits, (kind, where, expected, actual) =>
    report(kind, { member: name, ...where }, expected, actual),
  );
  return { ...base, text, value };
}
