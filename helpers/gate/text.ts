import picocolors from 'picocolors';
import { escapeControl, shorten } from '../common/escape.ts';
import { byWeight, type GateItem, type GateReport, type GateVerdict } from '../report/gate-model.ts';
import { GATE_WORDS, STATUS_WORDS, WEIGHT_WORDS } from '../report/words.ts';
import { describeChange } from './describe.ts';
import { allowanceOrAdvice, byPlace } from './weighed.ts';

interface GateTextOptions {
  readonly color: boolean;
}

/** Longest description of a change; `gate.json` has it whole. */
const MAX_CHANGE = 400;

/** The gate for a terminal: the verdict first and last, what breaks, what changes by weight and place, what is fixed. */
export function renderGateText(gate: GateReport, { color }: GateTextOptions): string {
  const paint = picocolors.createColors(color);
  const { requirements, observations } = gate.unchanged ?? { requirements: 0, observations: 0 };
  const verdict = verdictLine(gate, paint);
  return `${[
    verdict,
    '',
    ...section('Broken', gate.broken, paint.red('✗'), paint),
    ...byWeight(gate.changed).flatMap(({ weight, items }) => {
      const title = `Changed, ${WEIGHT_WORDS[weight]}`;
      return weight === 'cosmetic'
        ? folded(title, items, paint)
        : section(title, items, paint.yellow('~'), paint);
    }),
    ...section('Fixed', gate.fixed, paint.green('★'), paint),
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
    verdict,
  ].join('\n')}\n`;
}

type Colors = ReturnType<typeof picocolors.createColors>;

function verdictLine({ verdict, summary }: GateReport, paint: Colors): string {
  const mark: Readonly<Record<GateVerdict, (text: string) => string>> = {
    go: paint.green,
    'no-go': paint.red,
    'could-not-judge': paint.yellow,
  };
  return mark[verdict](`${GATE_WORDS[verdict].symbol} ${escapeControl(summary)}`);
}

/** Items by where they hold: what ten archives share is printed once. */
function section(
  title: string,
  items: readonly GateItem[],
  symbol: string,
  paint: Colors,
): readonly string[] {
  if (items.length === 0) return [];
  const places = [...byPlace(items)].flatMap(([place, these]) => [
    `  on ${escapeControl(place)}`,
    ...these.flatMap((item) => itemLines(item, symbol, paint)),
  ]);
  return [paint.bold(`${title} (${items.length})`), ...places, ''];
}

function itemLines(item: GateItem, symbol: string, { dim, cyan }: Colors): readonly string[] {
  const isAllowed = item.allowed !== undefined;
  const words = [item.consequence, allowanceOrAdvice(item)].filter((part) => part !== '').join(' ');
  return [
    `    ${isAllowed ? `${cyan(STATUS_WORDS.known.symbol)} allowed:` : symbol} ${item.id}  ${escapeControl(item.title)}: ${shorten(describeChange(item), MAX_CHANGE)}`,
    ...(item.message === undefined ? [] : [`        ${escapeControl(item.message)}`]),
    dim(`        ${escapeControl(words)}`),
  ];
}

/** What nobody needs to read to decide: ids only. */
function folded(title: string, items: readonly GateItem[], { bold, dim }: Colors): readonly string[] {
  const ids = [...new Set(items.map(({ id }) => id))];
  return [
    bold(`${title} (${items.length})`),
    `    ${ids.join(', ')}`,
    dim('        "explain ID" says what each is; gate.json and index.html have the values.'),
    '',
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
