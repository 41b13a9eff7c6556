import type { ParseArgsConfig, parseArgs } from 'node:util';
import { parseOptions } from './usage.ts';

/** One option of a command: what parses it, what `--help` says, and what completes it. */
export interface CommandOption {
  readonly type: 'string' | 'boolean';
  /** May be repeated, or hold a list separated by commas. */
  readonly multiple?: boolean;
  readonly short?: string;
  /** What stands for the value in `--help`; `FILE` and `FOLDER` are completed as such. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[] | ChoiceList;
  /** Other names that work too: former ones, and those of the shared vocabulary. */
  readonly aliases?: readonly string[];
}

/** Choices that are read from the project only when they are needed. */
export type ChoiceList = 'engines' | 'consumers' | 'ids' | 'requirements';

export type OptionTable = Readonly<Record<string, CommandOption>>;

/** All that is said of a command in one place. */
export interface CommandTable<Options extends OptionTable = OptionTable, Name extends string = string> {
  readonly name: Name;
  /** For the list of commands. */
  readonly summary: string;
  /** What follows the name of the program, one line each. */
  readonly usages: readonly string[];
  readonly about: string;
  /** How the program is called. Default: `scratch-conformance`. */
  readonly program?: string;
  readonly options: Options;
  /** What stands beside the options: words to choose from, or files. */
  readonly operands?: 'files' | readonly string[] | ChoiceList;
  readonly exitCodes?: string;
}

const HELP = {
  help: { type: 'boolean', short: 'h', summary: 'print this and end' },
} as const satisfies OptionTable;

/** A table with `--help`, which every command has. */
export function defineCommand<const Options extends OptionTable, const Name extends string>(
  table: CommandTable<Options, Name>,
): CommandTable<Options & typeof HELP, Name> {
  return { ...table, options: { ...table.options, ...HELP } };
}

export type OptionValues<Options extends OptionTable> = ReturnType<
  typeof parseArgs<{ readonly options: Options; readonly allowPositionals: true }>
>['values'];

export interface ParsedCommand<Options extends OptionTable> {
  readonly values: OptionValues<Options>;
  readonly positionals: readonly string[];
}

/** Reads the words of a command line by its table. Throws `UsageError`. */
export function parseCommand<const Options extends OptionTable>(
  { options, operands }: CommandTable<Options>,
  args: readonly string[],
): ParsedCommand<Options> {
  const aliases = aliasesOf(options);
  const all = { ...options, ...Object.fromEntries(aliases.map(([name, now]) => [name, options[now]])) };
  const config = {
    args: [...args],
    options: all,
    ...(operands !== undefined && { allowPositionals: true }),
  };
  const { values, positionals } = parseOptions(config as ParseArgsConfig);
  const renamed = Object.fromEntries(
    aliases.flatMap(([name, now]) => (values[name] === undefined ? [] : [[now, values[name]] as const])),
  );
  const named = Object.fromEntries(
    Object.entries({ ...values, ...renamed }).filter(([name]) => Object.hasOwn(options, name)),
  );
  return { values: named as OptionValues<Options>, positionals };
}

function aliasesOf(options: OptionTable): readonly (readonly [name: string, now: string])[] {
  return Object.entries(options).flatMap(([now, { aliases = [] }]) =>
    aliases.map((name) => [name, now] as const),
  );
}
