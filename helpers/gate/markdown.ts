import { shorten } from '../common/escape.ts';
import { byWeight, type GateItem, type GateReport } from '../report/gate-model.ts';
import { code, MARKDOWN_LIMIT, MARKDOWN_MARKER, row, text } from '../report/markdown.ts';
import { GATE_WORDS, WEIGHT_WORDS } from '../report/words.ts';
import { describeChange } from './describe.ts';
import { allowanceOrAdvice, placeOf } from './weighed.ts';

/** Longest command and summary that are repeated. */
const MAX_COMMAND = 1000;

/** A part of the comment, the heaviest first: what does not fit is left out from its end, and counted. */
interface Section {
  readonly head: readonly string[];
  readonly lines: readonly string[];
  readonly foot: readonly string[];
}

/** The gate as a comment for a pull request, or the summary of a CI step. The lighter parts are folded. */
export function renderGateMarkdown(gate: GateReport): string {
  const { baseline, candidate } = gate;
  const head = [
    MARKDOWN_MARKER,
    `## ${GATE_WORDS[gate.verdict].symbol} ${text(shorten(gate.summary, MAX_COMMAND))}`,
    '',
    `Baseline ${code(baseline.name)} of ${day(baseline.date)}, candidate ${code(candidate.name)} of ${day(candidate.date)}. Again: ${code(shorten(gate.command, MAX_COMMAND))}`,
    '',
  ];
  const weights = byWeight(gate.changed).map(({ weight, items }) => ({
    weight,
    section: table(`Changed, ${WEIGHT_WORDS[weight]}`, items, weight !== 'scripts'),
  }));
  const sections = [
    table('Broken', gate.broken),
    listing('Not judged', gate.notJudged),
    ...weights.filter(({ weight }) => weight === 'scripts').map(({ section }) => section),
    listing('Notes', gate.notes ?? []),
    stack(gate),
    table('Fixed', gate.fixed, true),
    ...weights.filter(({ weight }) => weight !== 'scripts').map(({ section }) => section),
  ].filter(({ lines }) => lines.length > 0);
  return `${[...head, ...within(MARKDOWN_LIMIT - head.join('\n').length, sections)].join('\n')}\n`;
}

function table(title: string, items: readonly GateItem[], isFolded = false): Section {
  const name = `${title} (${items.length})`;
  return {
    head: [
      ...(isFolded ? [`<details><summary>${text(name)}</summary>`] : [`### ${text(name)}`]),
      '',
      row('What', 'Where', 'Difference', 'Meaning and advice'),
      '|---|---|---|---|',
    ],
    lines: items.map((item) =>
      row(
        `${item.allowed === undefined ? '' : 'allowed: '}${code(item.id)} ${text(item.title)}`,
        code(placeOf(item)),
        code(describeChange(item)),
        text([item.message ?? '', item.consequence, allowanceOrAdvice(item)].filter(Boolean).join(' ')),
      ),
    ),
    foot: isFolded ? ['', '</details>', ''] : [''],
  };
}

function stack({ stackDifferences }: GateReport): Section {
  return {
    head: ['### The stack differs', '', row('Part', 'Baseline', 'Candidate'), '|---|---|---|'],
    lines: stackDifferences.map(({ part, before, after }) =>
      row(code(part), code(before ?? 'none'), code(after ?? 'none')),
    ),
    foot: [''],
  };
}

function listing(title: string, sentences: readonly string[]): Section {
  return {
    head: [`### ${title}`, ''],
    lines: sentences.map((sentence) => `- ${text(sentence)}`),
    foot: [''],
  };
}

/** Room for the sentence that counts what was left out. */
const ROOM = 200;

function within(limit: number, sections: readonly Section[]): readonly string[] {
  let left = limit - ROOM;
  let omitted = 0;
  const result: string[] = [];
  for (const { head, lines, foot } of sections) {
    left -= sizeOf([...head, ...foot]);
    const kept: string[] = [];
    for (const line of lines) {
      left -= line.length + 1;
      if (left < 0) break;
      kept.push(line);
    }
    omitted += lines.length - kept.length;
    if (kept.length > 0) result.push(...head, ...kept, ...foot);
  }
  return omitted === 0 ? result : [...result, `${omitted} more lines do not fit; see the full report.`];
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function day(date: string): string {
  return date.slice(0, 10);
}
