import type { GateReport } from '../gate-model.ts';
import type { ArchiveReport, Report } from '../model.ts';

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

/** JSON that can stand in a script element: no `<` can end it, and nothing in the file's source hides or reorders text. */
export function embedJson(data: PageData): string {
  return JSON.stringify(data).replace(/[<\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
