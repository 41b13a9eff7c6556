import type { GateItem, GateReport, GateVerdict } from '../report/gate-model.ts';
import { code, MARKDOWN_LIMIT, MARKDOWN_MARKER, row, text } from '../report/markdown.ts';
import { describeChange } from './describe.ts';
import { describeSubjects } from './subjects.ts';

const SYMBOLS: Readonly<Record<GateVerdict, string>> = { go: '✓', 'no-go': '✗', 'could-not-judge': '?' };

/** The gate as a comment for a pull request, or the summary of a CI step; what does not fit is counted. */
export function renderGateMarkdown(gate: GateReport): string {
  const { baseline, candidate } = gate;
  const head = [
    MARKDOWN_MARKER,
    `## ${SYMBOLS[gate.verdict]} ${text(gate.summary)}`,
    '',
    `Baseline ${code(baseline.name)} of ${day(baseline.date)}, candidate ${code(candidate.name)} of ${day(candidate.date)}. Again: ${code(gate.command)}`,
    '',
  ];
  const parts = [
    ...table('Broken', gate.broken),
    ...table('Fixed', gate.fixed),
    ...stack(gate),
    ...lines('Not judged', gate.notJudged),
    ...lines('Notes', gate.notes ?? []),
    ...table('Changed', gate.changed),
  ];
  return `${[...head, ...within(MARKDOWN_LIMIT - head.join('\n').length - 100, parts)].join('\n')}\n`;
}

function table(title: string, items: readonly GateItem[]): readonly string[] {
  if (items.length === 0) return [];
  return [
    `### ${title} (${items.length})`,
    '',
    row('What', 'Where', 'Difference', 'Meaning and advice'),
    '|---|---|---|---|',
    ...items.map((item) =>
      row(
        `${code(item.id)} ${text(item.title)}`,
        code(describeSubjects(item.subjects ?? [item.subject])),
        code(describeChange(item)),
        text([item.message ?? '', item.consequence, allowanceOrAdvice(item)].filter(Boolean).join(' ')),
      ),
    ),
    '',
  ];
}

function allowanceOrAdvice({ allowed, advice }: GateItem): string {
  return allowed === undefined ? advice : `Allowed by ${allowed.by}: ${allowed.reason ?? 'no reason given'}`;
}

function stack({ stackDifferences }: GateReport): readonly string[] {
  if (stackDifferences.length === 0) return [];
  return [
    '### The stack differs',
    '',
    row('Part', 'Baseline', 'Candidate'),
    '|---|---|---|',
    ...stackDifferences.map(({ part, before, after }) =>
      row(code(part), code(before ?? 'none'), code(after ?? 'none')),
    ),
    '',
  ];
}

function lines(title: string, sentences: readonly string[]): readonly string[] {
  return sentences.length === 0
    ? []
    : [`### ${title}`, '', ...sentences.map((sentence) => `- ${text(sentence)}`), ''];
}

function within(budget: number, parts: readonly string[]): readonly string[] {
  let used = 0;
  const fitting = parts.findIndex((part) => {
    used += part.length + 1;
    return used > budget;
  });
  return fitting === -1
    ? parts
    : [
        ...parts.slice(0, fitting),
        '',
        `The rest (${parts.length - fitting} lines) does not fit; see the full report.`,
      ];
}

function day(date: string): string {
  return date.slice(0, 10);
}
