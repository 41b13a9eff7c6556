import type { Archive } from '../archive/model.ts';
import type { Requirement } from '../requirements/define.ts';
import { sourceUrl } from '../requirements/documents.ts';
import { type Outcome, worst } from '../requirements/outcome.ts';
import { archiveReport } from './archive-report.ts';
import type { Report, RequirementReport, Verdict } from './report-model.ts';

/** One archive that was judged. */
interface CheckedArchive {
  readonly archive: Archive;
  readonly outcomes: readonly Outcome[];
  readonly requirements: readonly Omit<Requirement<never>, 'check' | 'when'>[];
}

interface CheckRun {
  readonly suite: Report['suite'];
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly command: string;
  readonly checked: readonly CheckedArchive[];
  readonly unreadable: readonly { readonly subject: string; readonly reason: string }[];
}

/** The report of a `check`, from which every output is made. */
export function buildCheckReport(run: CheckRun): Report {
  const { suite, startedAt, durationMs, command, checked, unreadable } = run;
  const ids = uniqueIds(checked.map(({ archive }) => archive.source));
  const requirements = new Map(checked.flatMap((one) => one.requirements.map((known) => [known.id, known])));
  return {
    version: 1,
    kind: 'check',
    suite,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs),
    command,
    verdict: verdictOf(run),
    engines: [],
    subjects: checked.map(({ outcomes }, position) => {
      const id = ids[position] ?? '';
      return { id, archive: id, outcomes };
    }),
    requirements: [...requirements.values()].map(describeRequirement),
    unreadable,
    observations: [],
    archives: checked.map(({ archive }, position) => archiveReport(archive, ids[position])),
  };
}

export function describeRequirement({
  id,
  title,
  level,
  subject,
  source,
  consequence,
}: Omit<Requirement<never>, 'check' | 'when'>): RequirementReport {
  return { id, title, level, step: subject, source: { ...source, url: sourceUrl(source) }, consequence };
}

function verdictOf({ checked, unreadable }: CheckRun): Verdict {
  const status = worst(checked.flatMap(({ outcomes }) => outcomes.map((outcome) => outcome.status)));
  if (unreadable.length > 0 || checked.length === 0 || status === 'error') return 'could-not-judge';
  return status === 'fail' ? 'does-not-conform' : 'conforms';
}

/** The same archive may be given twice. */
function uniqueIds(names: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}
