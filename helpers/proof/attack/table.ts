import { escapeControl } from '../../common/escape.ts';
import type { Row } from './attack-model.ts';

/** One table of all rows; below it what is not as wanted, each in full. */
export function renderTable(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const wrong = rows.filter(({ problems }) => problems.length > 0);
  return [
    ...lines,
    '',
    ...wrong.flatMap(detailOf),
    `${rows.length - wrong.length} of ${rows.length} attacks are as wanted.`,
    '',
  ].join('\n');
}

const HEAD = ['', 'kind', 'attack', 'wanted', 'got', 'CPU s', 'peak MB', 'left', 'says'] as const;

function cellsOf({ attack, after, problems }: Row): readonly string[] {
  return [
    problems.length === 0 ? '✓' : '✗',
    attack.kind,
    `${attack.id}: ${attack.title}`,
    `exit ${attack.wanted.exitCodes.join(' or ')}`,
    after.over === undefined ? `exit ${after.exitCode ?? after.signal}` : `ended: ${after.over}`,
    after.cpuSeconds.toFixed(1),
    after.megabytes.toFixed(0),
    after.left.length === 0 ? 'nothing' : `${after.left.length} things`,
    shorten(firstSentence(after.stderr) ?? firstSentence(after.stdout) ?? 'nothing', 100),
  ];
}

function firstSentence(text: string): string | undefined {
  return text.split('\n').find((line) => line.trim() !== '');
}

function detailOf({ attack, after, problems }: Row): readonly string[] {
  return [
    `✗ ${attack.id}: ${attack.title}`,
    ...problems.slice(0, 10).map((problem) => `    ${shorten(problem, 500)}`),
    `    said: ${shorten(after.stderr || after.stdout, 500)}`,
    '',
  ];
}

function shorten(text: string, most: number): string {
  const escaped = escapeControl(text.slice(0, most));
  return text.length > most ? `${escaped}…` : escaped;
}
