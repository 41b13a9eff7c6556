import picocolors from 'picocolors';
import { escapeControl } from '../common/escape.ts';
import type { GateItem, GateReport, GateVerdict } from '../report/gate-model.ts';
import { describeChange } from './describe.ts';
import { describeSubjects } from './subjects.ts';

export interface GateTextOptions {
  readonly color: boolean;
}

/** The gate for a terminal: three lists, what differs in the stack, and the verdict last, where the eye is. */
export function renderGateText(gate: GateReport, { color }: GateTextOptions): string {
  const paint = picocolors.createColors(color);
  const mark: Readonly<Record<GateVerdict, (text: string) => string>> = {
    go: paint.green,
    'no-go': paint.red,
    'could-not-judge': paint.yellow,
  };
  const section = (title: string, items: readonly GateItem[], show: (item: GateItem) => readonly string[]) =>
    items.length === 0 ? [] : [paint.bold(`${title} (${items.length})`), ...items.flatMap(show), ''];
  const { requirements, observations } = gate.unchanged ?? { requirements: 0, observations: 0 };
  return `${[
    ...section('Broken', gate.broken, requirementLines(paint.red('✗'), paint.dim)),
    ...section('Changed', gate.changed, changeLines(paint.yellow('~'), paint.dim)),
    ...section('Fixed', gate.fixed, requirementLines(paint.green('★'), paint.dim)),
    ...listing(
      paint.bold('The stack differs'),
      gate.stackDifferences.map(
        ({ part, before = 'none', after = 'none' }) =>
          `${part}: ${escapeControl(before)} → ${escapeControl(after)}`,
      ),
    ),
    ...listing(paint.bold('Not judged'), gate.notJudged.map(escapeControl)),
    ...listing(paint.bold('Notes'), (gate.notes ?? []).map(escapeControl)),
    ...timings(gate),
    `Unchanged: ${requirements} results and ${observations} observations.`,
    `Baseline of ${minute(gate.baseline.date)}, candidate of ${minute(gate.candidate.date)}.`,
    mark[gate.verdict](escapeControl(gate.summary)),
  ].join('\n')}\n`;
}

type Paint = (text: string) => string;

function requirementLines(symbol: string, dim: Paint) {
  return (item: GateItem): readonly string[] => [
    `  ${symbol} ${item.id}  ${escapeControl(item.title)}`,
    `      on ${where(item)}: ${describeChange(item)}`,
    ...(item.message === undefined ? [] : [`      ${escapeControl(item.message)}`]),
    ...advice(item, dim),
  ];
}

function changeLines(symbol: string, dim: Paint) {
  return (item: GateItem): readonly string[] => [
    `  ${symbol} ${item.id}  ${escapeControl(item.title)}: ${describeChange(item)}`,
    `      on ${where(item)}`,
    ...advice(item, dim),
  ];
}

function where({ subject, subjects }: GateItem): string {
  return escapeControl(describeSubjects(subjects ?? [subject]));
}

function advice({ consequence, advice, allowed }: GateItem, dim: Paint): readonly string[] {
  return [
    ...(consequence === '' ? [] : [dim(`      ${consequence}`)]),
    allowed === undefined
      ? dim(`      ${advice}`)
      : dim(
          `      Allowed by ${escapeControl(allowed.by)}: ${escapeControl(allowed.reason ?? 'no reason given')}`,
        ),
  ];
}

function listing(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function timings({ timings = [] }: GateReport): readonly string[] {
  const [before, after] = [timings.map((timing) => timing.before), timings.map((timing) => timing.after)];
  if (timings.length === 0) return [];
  const sum = (values: readonly number[]) => `${(values.reduce((a, b) => a + b, 0) / 1000).toFixed(1)} s`;
  return [`Time, for information: ${sum(before)} → ${sum(after)}.`];
}

function minute(date: string): string {
  return `${date.slice(0, 16).replace('T', ' ')} UTC`;
}
