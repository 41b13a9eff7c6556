import { type Status, worst } from '../requirements/outcome.ts';
import type { Report, SubjectReport } from './report-model.ts';
import { STATUS_WORDS } from './words.ts';

/** How many results of one step hold, out of those that were judged. */
export interface StepCount {
  /** The worst of all. */
  readonly status: Status;
  readonly held: number;
  readonly judged: number;
}

/** Steps in the order of their first requirement. */
export function stepNames({ requirements }: Report): readonly string[] {
  return [...new Set(requirements.map(({ step }) => step))];
}

/** Absent where none of the subjects has a result of the step. */
export function countStep(
  { requirements }: Report,
  step: string,
  subjects: readonly SubjectReport[],
): StepCount | undefined {
  const ids = new Set(requirements.filter((one) => one.step === step).map(({ id }) => id));
  const statuses = subjects
    .flatMap(({ outcomes }) => outcomes.filter(({ id }) => ids.has(id)))
    .map(({ status }) => status)
    .filter((status) => status !== 'not-applicable');
  if (statuses.length === 0) return undefined;
  const judged = statuses.filter((status) => status !== 'unsupported');
  return {
    status: worst(judged.length > 0 ? judged : statuses),
    held: judged.filter((status) => status === 'pass').length,
    judged: judged.length,
  };
}

/** `✓ 110`, or `✗ 98 of 110`; the symbol alone where nothing was judged. */
export function showStepCount(count: StepCount | undefined): string {
  if (count === undefined) return '';
  const { symbol } = STATUS_WORDS[count.status];
  if (count.judged === 0) return symbol;
  return count.held === count.judged
    ? `${symbol} ${count.held}`
    : `${symbol} ${count.held} of ${count.judged}`;
}
