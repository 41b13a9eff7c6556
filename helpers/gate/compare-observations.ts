import type { Json } from '../common/json.ts';
import type { GateItem } from '../report/gate-model.ts';
import type { Report } from '../report/report-model.ts';
import { adviceOf, isByMember, wordsFor } from './observations/advice.ts';
import { fieldsOf } from './observations/values.ts';
import { weightOf } from './observations/weights.ts';
import type { Pair, Side } from './pair.ts';

interface ObservationChanges {
  readonly changes: readonly GateItem[];
  readonly unchanged: number;
}

/** Compares every observation of every subject that both sides have. */
export function compareObservations(
  pairs: readonly Pair[],
  baseline: Side,
  candidate: Side,
): ObservationChanges {
  const before = observationsBySubject(baseline.report);
  const after = observationsBySubject(candidate.report);
  const changes: GateItem[] = [];
  let unchanged = 0;
  for (const pair of pairs) {
    if (pair.baseline === undefined || pair.candidate === undefined) continue;
    const a = before.get(pair.baseline.id) ?? new Map<string, Json>();
    const b = after.get(pair.candidate.id) ?? new Map<string, Json>();
    for (const id of new Set([...a.keys(), ...b.keys()])) {
      if (isSameValue(a.get(id), b.get(id))) unchanged += 1;
      else if (!isByMember(id) || saysMoreThanNames(a.get(id), b.get(id)))
        changes.push(itemOf(id, pair.key, a.get(id), b.get(id)));
    }
  }
  return { changes, unchanged };
}

function itemOf(id: string, subject: string, before: Json | undefined, after: Json | undefined): GateItem {
  const advice = adviceOf(id);
  const { means, do: act, title = advice.title } = wordsFor(advice, before, after);
  return {
    id,
    title,
    subject,
    weight: weightOf(id, before, after),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    consequence: means,
    advice: act,
  };
}

/** Whether a member that both sides have differs, or the candidate has a value that no member had before. */
function saysMoreThanNames(before: Json | undefined, after: Json | undefined): boolean {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const known = new Set(Object.values(old).map((value) => JSON.stringify(value)));
  const rows = Object.entries(now);
  return (
    rows.length === 0 ||
    rows.some(([name, value]) =>
      old[name] === undefined ? !known.has(JSON.stringify(value)) : !isSameValue(old[name], value),
    )
  );
}

function observationsBySubject({ observations }: Report): ReadonlyMap<string, ReadonlyMap<string, Json>> {
  const result = new Map<string, Map<string, Json>>();
  for (const { id, subject, value } of observations) {
    const known = result.get(subject) ?? new Map<string, Json>();
    result.set(subject, known.set(id, value));
  }
  return result;
}

/** Compares values; the order of keys in an object does not count. */
export function isSameValue(a: Json | undefined, b: Json | undefined): boolean {
  return a === undefined || b === undefined ? a === b : canonical(a) === canonical(b);
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_, part: Json) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
