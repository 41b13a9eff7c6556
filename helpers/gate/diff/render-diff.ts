import { escapeControl, shorten } from '../../common/escape.ts';
import type { Json } from '../../common/json.ts';
import type { ArchiveDiff, ArchiveDifference, Sameness } from './diff-model.ts';

const LEVELS: readonly (readonly [keyof Sameness, string])[] = [
  ['bytes', 'bytes of the file'],
  ['manifest', 'manifest digest'],
  ['config', 'config digest (image ID)'],
  ['diffIds', 'layers (diffIDs)'],
  ['root', 'root file system'],
];

/** For people: same or not at each level, then what differs, the heaviest first. */
export function renderDiffText(diff: ArchiveDiff, names: readonly [string, string]): string {
  const lines = [
    `- ${escapeControl(names[0])}`,
    `+ ${escapeControl(names[1])}`,
    '',
    ...LEVELS.flatMap(([level, words]) => {
      const isSame = diff.same[level];
      return isSame === undefined ? [] : [`${isSame ? '✓ same     ' : '≠ different'} ${words}`];
    }),
    '',
    ...diff.differences.flatMap(differenceLines),
    ...(diff.omitted > 0 ? [`and ${diff.omitted} more differences`] : []),
    ...ignoredLines(diff),
    verdict(diff),
  ];
  return `${lines.join('\n')}\n`;
}

function differenceLines({ area, what, before, after }: ArchiveDifference): readonly string[] {
  return [
    `${area}: ${escapeControl(shorten(what, 300))}`,
    ...(before === undefined ? [] : [`    - ${show(before)}`]),
    ...(after === undefined ? [] : [`    + ${show(after)}`]),
  ];
}

function ignoredLines({ ignored }: ArchiveDiff): readonly string[] {
  const parts = Object.entries(ignored).map(([area, number]) => `${number} in ${area}`);
  return parts.length === 0 ? [] : [`ignored: ${parts.join(', ')}`];
}

function verdict({ differences, omitted }: ArchiveDiff): string {
  const number = differences.length + omitted;
  if (number === 0) return 'Same: nothing that was asked for differs.';
  return `Different: ${number} ${number === 1 ? 'difference' : 'differences'}.`;
}

function show(value: Json): string {
  return escapeControl(shorten(typeof value === 'string' ? value : JSON.stringify(value), 300));
}

/** One table, for a comment. */
export function renderDiffMarkdown(diff: ArchiveDiff, names: readonly [string, string]): string {
  const cell = (value: Json | undefined) =>
    value === undefined ? '' : `\`${show(value).replaceAll('|', '\\|').replaceAll('`', "'")}\``;
  return [
    `**${verdict(diff)}**`,
    '',
    `| part | what | ${cell(names[0])} | ${cell(names[1])} |`,
    '|---|---|---|---|',
    ...diff.differences.map(
      ({ area, what, before, after }) => `| ${area} | ${cell(what)} | ${cell(before)} | ${cell(after)} |`,
    ),
    '',
  ].join('\n');
}

export function renderDiffJson(diff: ArchiveDiff, [before, after]: readonly [string, string]): string {
  return `${JSON.stringify({ version: 1, before, after, ...diff }, null, 1)}\n`;
}
