import type { MeasuredArchive, ReceptionTable } from '../consumers/receptions.ts';
import type { CorpusRow } from '../proof/mutants/corpus/define.ts';
import { catcherOf } from '../proof/mutants/corpus/replay.ts';
import type { Deviation } from '../requirements/deviations/deviation-model.ts';
import type { KnownRequirement } from './known-requirements.ts';

export const CORPUS_MARKERS = ['<!-- corpus -->', '<!-- /corpus -->'] as const;
export const CASES_MARKERS = ['<!-- cases -->', '<!-- /cases -->'] as const;
export const DEFECTS_MARKERS = ['<!-- defects -->', '<!-- /defects -->'] as const;

/** Requirements that only a live engine, several of them, or a tool can break. */
const LIVE: ReadonlySet<string> = new Set([
  ...['compile', 'builders', 'context', 'build', 'run', 'save', 'shell', 'load', 'reproduce'],
  ...['scenario', 'together', 'passage'],
]);

interface Known {
  readonly requirements: readonly KnownRequirement[];
  readonly register: readonly Deviation[];
  readonly table: ReceptionTable;
}

/** Each known bug: what notices it, which of our questions to live engines is about it, and what consumers did with it. */
export function renderCorpusTable(rows: Readonly<Record<string, CorpusRow>>, known: Known): string {
  const lines = Object.entries(rows).map(([id, { symptom, replays, reason }]) => {
    const noticed = replays.length > 0 ? [...new Set(replays.map(catcherOf))] : [reason ?? ''];
    const archives = known.table.archives.filter((archive) => rowOf(archive) === id);
    const cells = [
      id,
      symptom,
      noticed.join(', '),
      liveCell(id, noticed, known),
      receptionCell(archives, known.table),
    ];
    return rowLine(cells);
  });
  return [
    '| row | what was seen | noticed in an archive by | asked of live engines and tools by; known to break it | consumers |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** `R47` of `corpus/r47` and of `corpus/r47-2`. */
function rowOf({ id }: MeasuredArchive): string | undefined {
  const [, number] = /^corpus\/r(\d+)(?!\d)/.exec(id) ?? [];
  return number === undefined ? undefined : `R${number}`;
}

function liveCell(id: string, noticed: readonly string[], { requirements, register }: Known): string {
  const asked = requirements.filter(({ subject, aliases = [] }) => LIVE.has(subject) && aliases.includes(id));
  const asks = new Set([...asked.map((one) => one.id), ...noticed]);
  const broken = register.filter(({ requirement }) => asks.has(requirement));
  return [
    asked.map((one) => one.id).join(', '),
    broken.map(({ id: own, producer }) => `${own} (${producer.name} ${producer.versions})`).join(', '),
  ]
    .filter((part) => part !== '')
    .join('; ');
}

/** Public bug reports that came with an archive, by every consumer. */
export function renderCasesTable(table: ReceptionTable): string {
  const cases = table.archives.filter(({ id }) => id.startsWith('case/'));
  return [
    '| case | what it is | consumers |',
    '|---|---|---|',
    ...cases.map((archive) =>
      rowLine([archive.id.slice('case/'.length), archive.title, receptionCell([archive], table)]),
    ),
  ].join('\n');
}

/** `taken by 20; refused by docker-20`: of several archives the names count once. */
function receptionCell(archives: readonly MeasuredArchive[], { consumers }: ReceptionTable): string {
  const names = new Map<string, Set<string>>();
  for (const { receptions } of archives)
    for (const [position, reception] of receptions.entries()) {
      const name = consumers[position]?.name;
      if (reception === undefined || name === undefined) continue;
      names.set(reception.status, (names.get(reception.status) ?? new Set<string>()).add(name));
    }
  return ['taken', 'lossy', 'refused', 'crashed', 'hung']
    .flatMap((status) => {
      const found = [...(names.get(status) ?? [])];
      if (found.length === 0) return [];
      return status === 'taken' ? [`taken by ${found.length}`] : [`${status} by ${found.join(', ')}`];
    })
    .join('; ');
}

/** What current and former releases are known to break, each with the report that it stands in. */
export function renderDefectTable(register: readonly Deviation[], reports: ReadonlySet<string>): string {
  return [
    '| defect | what happens | who | breaks | more |',
    '|---|---|---|---|---|',
    ...register.map(({ id, title, producer, requirement, link }) =>
      rowLine([
        id,
        title,
        `${producer.name} ${producer.versions}`,
        requirement,
        reports.has(id) ? `[report](../fixtures/deviations/reports/${id}.md), ${link}` : link,
      ]),
    ),
  ].join('\n');
}

function rowLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
