import { STATUSES, type Status, worst } from '../../requirements/outcome.ts';
import type { Report, RequirementReport, SubjectReport } from '../report-model.ts';
import type { JudgedOutcome } from '../summary.ts';

/** The matrix: which columns it has, and what stands where a requirement meets one of them. */

/** A column for each engine, for each builder of each engine, or for each builder and saver. */
export const COLUMN_MODES = ['engine', 'builder', 'detail'] as const;
export type ColumnMode = (typeof COLUMN_MODES)[number];

export interface Column {
  /** Part of a cell's address: `docker-28`, or `docker-28/buildx/docker-save`. */
  readonly id: string;
  /** The engine, or the archive that was checked. */
  readonly owner: string;
  /** Builder and saver; empty when the column stands for its owner. */
  readonly label: string;
  readonly subjects: readonly SubjectReport[];
}

export interface MatrixCell {
  readonly column: Column;
  readonly requirement: RequirementReport;
  /** Absent when none of the column's subjects names the requirement. */
  readonly status?: Status;
  readonly judged: readonly JudgedOutcome[];
}

export function columnsOf(report: Report, mode: ColumnMode): readonly Column[] {
  const columns = new Map<string, { owner: string; label: string; subjects: SubjectReport[] }>();
  for (const subject of report.subjects) {
    const owner = subject.engine ?? subject.id;
    const label = subject.engine === undefined ? '' : labelOf(subject, mode);
    const id = label === '' ? owner : `${owner}/${label}`;
    const column = columns.get(id) ?? { owner, label, subjects: [] };
    column.subjects.push(subject);
    columns.set(id, column);
  }
  const order = new Map(report.engines.map(({ name }, position) => [name, position]));
  return [...columns]
    .map(([id, column]) => ({ id, ...column }))
    .sort(
      (a, b) =>
        (order.get(a.owner) ?? order.size) - (order.get(b.owner) ?? order.size) ||
        // Archives that fail stand first.
        (report.kind === 'check' ? failures(b) - failures(a) : 0),
    );
}

function failures({ subjects }: Pick<Column, 'subjects'>): number {
  const statuses = subjects.flatMap(({ outcomes }) => outcomes.map(({ status }) => status));
  return statuses.filter((status) => status === 'fail' || status === 'error').length > 0 ? 1 : 0;
}

/** The columns with any result: builders that no engine of the report has are told by name, not shown empty. */
export function shownColumns(report: Report, mode: ColumnMode): readonly Column[] {
  const all = columnsOf(report, mode);
  const shown = all.filter(({ subjects }) =>
    subjects.some(({ outcomes }) => outcomes.some(({ status }) => status !== 'unsupported')),
  );
  return shown.length === 0 ? all : shown;
}

/** Subjects without a builder and a saver (compile, shell) share one column: their requirements never meet. */
function labelOf({ builder, saver }: SubjectReport, mode: ColumnMode): string {
  if (mode === 'engine') return '';
  const parts = (mode === 'builder' ? [builder] : [builder, saver]).filter((part) => part !== undefined);
  return parts.length === 0 ? 'engine' : parts.join('/');
}

/** The mode that shows a report best before anybody chose: one engine is shown builder by builder. */
export function defaultMode(report: Report): ColumnMode {
  return new Set(report.subjects.map(({ engine }) => engine)).size > 1 ? 'engine' : 'builder';
}

/** The modes that show different columns; one alone leaves nothing to choose. */
export function usefulModes(report: Report): readonly ColumnMode[] {
  const sizes = COLUMN_MODES.map((mode) => shownColumns(report, mode).length);
  return COLUMN_MODES.filter((_, position) => position === 0 || sizes[position] !== sizes[position - 1]);
}

/** Finds the outcomes of a cell without a search: one map for each column, made once. */
export function cellLookup(
  columns: readonly Column[],
): (requirement: RequirementReport, column: Column) => MatrixCell {
  const judged = new Map<string, Map<string, JudgedOutcome[]>>();
  for (const column of columns) {
    const these = new Map<string, JudgedOutcome[]>();
    for (const subject of column.subjects) {
      for (const outcome of subject.outcomes) {
        const list = these.get(outcome.id) ?? [];
        list.push({ subject, outcome });
        these.set(outcome.id, list);
      }
    }
    judged.set(column.id, these);
  }
  return (requirement, column) => {
    const list = judged.get(column.id)?.get(requirement.id) ?? [];
    return {
      column,
      requirement,
      judged: list,
      ...(list.length > 0 && { status: worst(list.map(({ outcome }) => outcome.status)) }),
    };
  };
}

/** Address of a cell in the page: `#cell=config.diff-id@docker-28`. */
export function cellAddress(requirement: string, column: string): string {
  return `#cell=${encodeURIComponent(`${requirement}@${column}`)}`;
}

export function archiveAddress(archive: string, other?: string): string {
  return `#archive=${encodeURIComponent(archive)}${other === undefined ? '' : `&with=${encodeURIComponent(other)}`}`;
}

/** How much a status wants to be looked at; what holds, does not apply or is unsupported wants nothing. */
export function urgencyOf(status: Status | undefined): number {
  return status === undefined ? 0 : Math.max(0, STATUSES.indexOf(status) - STATUSES.indexOf('pass'));
}

/** Requirements by step, steps in the order of their first requirement. */
export function stepsOf(report: Report): ReadonlyMap<string, readonly RequirementReport[]> {
  const steps = new Map<string, RequirementReport[]>();
  for (const requirement of report.requirements) {
    const these = steps.get(requirement.step) ?? [];
    these.push(requirement);
    steps.set(requirement.step, these);
  }
  return steps;
}
