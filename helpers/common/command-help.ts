import type { CommandOption, CommandTable } from './command-table.ts';

const WIDTH = 118;

/** What `--help` of a command prints. */
export function renderHelp({
  program = 'scratch-conformance',
  usages,
  about,
  options,
  exitCodes,
}: CommandTable): string {
  const rows = Object.entries(options).map(
    ([name, option]) => [optionWords(name, option), option.summary] as const,
  );
  const longest = Math.max(0, ...rows.map(([words]) => words.length));
  const lines = rows.flatMap(([words, summary]) => {
    const [first = '', ...rest] = wrap(summary, WIDTH - longest - 4);
    return [
      `  ${words.padEnd(longest)}  ${first}`,
      ...rest.map((line) => `${' '.repeat(longest + 4)}${line}`),
    ];
  });
  return `${[
    ...usages.map((usage, position) => `${position === 0 ? 'Usage:' : '      '} ${program} ${usage}`),
    '',
    ...about.split('\n').flatMap((paragraph) => wrap(paragraph, WIDTH)),
    '',
    ...lines,
    ...(exitCodes === undefined ? [] : ['', `Exit codes: ${exitCodes}`]),
  ].join('\n')}\n`;
}

/** `--quiet, -q`, `--format FORMAT`. */
export function optionWords(name: string, { short, value }: CommandOption): string {
  return `--${name}${short === undefined ? '' : `, -${short}`}${value === undefined ? '' : ` ${value}`}`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
