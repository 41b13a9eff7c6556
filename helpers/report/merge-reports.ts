import type { Report, Verdict } from './report-model.ts';

const RANK: readonly Verdict[] = ['conforms', 'could-not-judge', 'does-not-conform'];

/** What is true of the merged report as a whole. */
interface MergedRun {
  readonly command: string;
  readonly startedAt: string;
  readonly durationMs: number;
}

/**
 * Puts reports of different engines (or shards) into one of kind `matrix`. An engine, a subject or an archive that
 * stands in several is taken from the first that has it available; none is judged anew.
 */
export function mergeReports(reports: readonly Report[], run: MergedRun): Report {
  const [first] = reports;
  if (first === undefined) throw new Error('Suite bug: there are no reports to merge.');
  const engines = reports.flatMap((report) => report.engines);
  const unreadable = reports.flatMap((report) => report.unreadable ?? []);
  return {
    version: 1,
    kind: 'matrix',
    suite: first.suite,
    ...run,
    ...(first.context !== undefined && { context: first.context }),
    verdict: worstVerdict(reports),
    engines: uniqueBy(
      [...engines].sort((a, b) => Number(b.available) - Number(a.available)),
      ({ name }) => name,
    ).toSorted((a, b) => compareNames(a.name, b.name)),
    subjects: uniqueBy(
      reports.flatMap(({ subjects }) => subjects),
      ({ id }) => id,
    ),
    requirements: uniqueBy(
      reports.flatMap(({ requirements }) => requirements),
      ({ id }) => id,
    ),
    observations: uniqueBy(
      reports.flatMap(({ observations }) => observations),
      ({ id, subject }) => `${subject} ${id}`,
    ),
    archives: uniqueBy(
      reports.flatMap(({ archives }) => archives),
      ({ id }) => id,
    ),
    ...(unreadable.length > 0 && { unreadable }),
  };
}

/** `docker-20` before `docker-26` before `podman-4`: numbers as numbers. */
export function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function worstVerdict(reports: readonly Report[]): Verdict {
  // An engine that could not be had is listed. One that was there and gave no result makes the verdict, as any other.
  const judged = reports.filter(
    ({ subjects, engines }) => subjects.length > 0 || engines.some(({ available }) => available),
  );
  if (judged.every(({ subjects }) => subjects.length === 0)) return 'could-not-judge';
  return RANK[Math.max(...judged.map(({ verdict }) => RANK.indexOf(verdict)))] ?? 'could-not-judge';
}

function uniqueBy<Item>(items: readonly Item[], key: (item: Item) => string): readonly Item[] {
  const seen = new Map<string, Item>();
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item);
  return [...seen.values()];
}
