import { optionWords } from '../../common/command-help.ts';
import type { CommandOption, CommandTable } from '../../common/command-table.ts';

export const OPTIONS_START = '<!-- options -->';
export const OPTIONS_END = '<!-- /options -->';

/** Options that several commands have, as a Markdown table: what they mean, and where. */
export function renderOptionTable(tables: readonly CommandTable[]): string {
  const known = new Map<string, { readonly option: CommandOption; readonly commands: string[] }>();
  for (const { name: command, options } of tables)
    for (const [name, option] of Object.entries(options)) {
      const words = optionWords(name, option);
      const row = known.get(words) ?? { option, commands: [] };
      known.set(words, row);
      row.commands.push(command);
    }
  const rows = [...known]
    .filter(([words, { commands }]) => commands.length > 1 && !words.startsWith('--help'))
    .map(
      ([words, { option, commands }]) =>
        `| \`${words}\` | ${cell(option.summary)} | ${commands.join(', ')} |`,
    );
  return ['| option | what it does | commands |', '|---|---|---|', ...rows].join('\n');
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replace(/^(what is printed): text \(for people\), .*/, '$1: text, or another format');
}
