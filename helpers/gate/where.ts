import type { GateItem } from '../report/gate-model.ts';
import type { Report } from '../report/report-model.ts';
import type { Pair } from './pair.ts';

/** Subjects of both sides by the id that was judged or observed there, and those whose saved archive was observed. */
interface Reach {
  readonly byId: ReadonlyMap<string, ReadonlySet<string>>;
  readonly archives: ReadonlySet<string>;
}

/** Adds to an item where it holds, in the words that people use: `every saved archive`. */
export function nameWheres(pairs: readonly Pair[], reports: readonly Report[]): (item: GateItem) => GateItem {
  const reach = reachOf(pairs, reports);
  return (item) => {
    const where = nameWhere(item.subjects ?? [item.subject], reach.byId.get(item.id), reach.archives);
    return where === undefined ? item : { ...item, where };
  };
}

function reachOf(pairs: readonly Pair[], reports: readonly Report[]): Reach {
  const observed = new Map<string, string[]>();
  for (const { id, subject } of reports.flatMap(({ observations }) => observations))
    observed.set(subject, [...(observed.get(subject) ?? []), id]);
  const byId = new Map<string, Set<string>>();
  const archives = new Set<string>();
  for (const { key, baseline, candidate } of pairs) {
    if (baseline?.saver === undefined || candidate === undefined) continue;
    const observations = [baseline, candidate].flatMap(({ id }) => observed.get(id) ?? []);
    if (baseline.builder !== undefined && observations.length > 0) archives.add(key);
    const judged = [baseline, candidate].flatMap(({ outcomes }) =>
      outcomes.filter(({ status }) => status !== 'unsupported').map(({ id }) => id),
    );
    for (const id of [...observations, ...judged]) byId.set(id, (byId.get(id) ?? new Set()).add(key));
  }
  return { byId, archives };
}

/** `undefined` where only the list of the subjects tells it. */
function nameWhere(
  subjects: readonly string[],
  eligible: ReadonlySet<string> = new Set(),
  archives: ReadonlySet<string>,
): string | undefined {
  if (subjects.length < 2 || subjects.some((subject) => !eligible.has(subject))) return undefined;
  const here = new Set(subjects);
  const isEvery = [...archives].every((key) => eligible.has(key));
  if (here.size === eligible.size) return isEvery ? 'every saved archive' : undefined;
  const others = wholeHeads(
    [...eligible].filter((key) => !here.has(key)),
    eligible,
  );
  const these = wholeHeads(subjects, eligible);
  if (isEvery && others !== undefined && others.length <= 2 && here.size > eligible.size / 2)
    return `every saved archive but those of ${join(others)}`;
  return these && these.length <= 3 ? `every archive of ${join(these)}` : undefined;
}

/** The builders, or scenarios, of which all archives are among these; `undefined` where some are not. */
function wholeHeads(
  subjects: readonly string[],
  eligible: ReadonlySet<string>,
): readonly string[] | undefined {
  const heads = [...new Set(subjects.map(headOf))];
  const these = new Set(subjects);
  const areWhole = [...eligible].every((key) => !heads.includes(headOf(key)) || these.has(key));
  return areWhole ? heads : undefined;
}

function headOf(key: string): string {
  return key.slice(0, Math.max(key.lastIndexOf('/'), 0));
}

function join(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
