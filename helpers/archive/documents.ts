import { chunksOf, type Region, readRegion } from './byte-source.ts';
import { createDigester, digestOf } from './digest.ts';
import { countValues, parseJson } from './json-guard.ts';
import type { MemberStore, StoredMember } from './members.ts';
import type { JsonDocument, ReadLimits } from './model.ts';
import { normalisePath } from './normalise-path.ts';
import type { ReportDamage } from './problems.ts';

export interface DocumentReader {
  /** The JSON behind a member name; `undefined` when there is no such file. Read and judged once. */
  read(name: string): JsonDocument | undefined;
}

/** Reads JSON members within the budgets. `plain` names are text that is no JSON. */
export function createDocumentReader(
  store: MemberStore,
  limits: ReadLimits,
  report: ReportDamage,
  plain: ReadonlySet<string> = new Set(['version']),
): DocumentReader {
  const known = new Map<string, JsonDocument>();
  /** What is left of the budgets over all files; one file too many is one problem, and so is each later one not. */
  const left: Left = { bytes: limits.jsonBytesTotal, values: limits.jsonValues, isTold: false };
  return {
    read(name) {
      const member = store.find(name);
      if (!member) return undefined;
      const document = known.get(member.name) ?? readDocument(member, limits, left, report, plain);
      known.set(member.name, document);
      return document;
    },
  };
}

interface Left {
  bytes: number;
  values: number;
  isTold: boolean;
}

function readDocument(
  { name, region }: StoredMember,
  limits: ReadLimits,
  left: Left,
  report: ReportDamage,
  plain: ReadonlySet<string>,
): JsonDocument {
  if (region.size > limits.jsonBytes) {
    report('limit-json-size', { member: name }, `at most ${limits.jsonBytes} bytes`, region.size);
    return unread(name, region);
  }
  const bytes = readRegion(region);
  const values = countValues(bytes);
  const tooMuch = spend(left, bytes.length, values);
  if (tooMuch !== undefined) {
    if (!left.isTold)
      report(
        'limit-json-size',
        { member: name },
        `at most ${limits[tooMuch]} ${tooMuch === 'jsonValues' ? 'values' : 'bytes'} in all JSON files`,
        'more',
      );
    left.isTold = true;
    return unread(name, region);
  }
  const base = { member: name, size: bytes.length, digest: digestOf(bytes) };
  if (plain.has(normalisePath(name)))
    return { ...base, text: new TextDecoder().decode(bytes), value: undefined };
  const { text, value, fractions } = parseJson(bytes, limits, (kind, where, expected, actual) =>
    report(kind, { member: name, ...where }, expected, actual),
  );
  return { ...base, text, value, ...(fractions.length > 0 && { fractions }) };
}

/** The budget that is exceeded; `undefined` while there is enough. */
function spend(left: Left, bytes: number, values: number): 'jsonBytesTotal' | 'jsonValues' | undefined {
  if (bytes > left.bytes) return 'jsonBytesTotal';
  if (values > left.values) return 'jsonValues';
  left.bytes -= bytes;
  left.values -= values;
  return undefined;
}

/** A file beyond the budget still has its digest. */
function unread(member: string, region: Region): JsonDocument {
  const digester = createDigester('sha256');
  for (const chunk of chunksOf(region, 1024 * 1024)) digester.update(chunk);
  return { member, size: region.size, digest: digester.digest(), text: '', value: undefined };
}
