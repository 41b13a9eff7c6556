import type { GateReport } from '../gate-model.ts';
import type { ArchiveReport, Report } from '../report-model.ts';

/** What the page carries: the report itself, and the archives of the baseline when there is one. */
export interface PageData {
  readonly report: Report;
  readonly gate?: GateReport;
  readonly baselineArchives: readonly ArchiveReport[];
}

/** Archives in the order of the explorer; those of the baseline are told apart by their name. */
export function allArchives({ report, baselineArchives }: PageData): readonly ArchiveReport[] {
  return [...report.archives, ...baselineArchives];
}
