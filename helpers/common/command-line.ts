import { renderHelp } from './command-help.ts';
import {
  type CommandTable,
  type OptionTable,
  type OptionValues,
  type ParsedCommand,
  parseCommand,
} from './command-table.ts';
import { printNote, printText } from './terminal.ts';
import { UsageError } from './usage.ts';

type CarryOut<Options extends OptionTable> = (
  values: OptionValues<Options>,
  positionals: ParsedCommand<Options>['positionals'],
) => Promise<number>;

/** Reads the words of a command line by its table and carries them out; `--help` only prints. Throws `UsageError`. */
export async function runByTable<const Options extends OptionTable>(
  table: CommandTable<Options>,
  args: readonly string[],
  carryOut: CarryOut<Options>,
): Promise<number> {
  const { values, positionals } = parseCommand(table, args);
  if (!('help' in values && values.help)) return carryOut(values, positionals);
  printText(renderHelp(table));
  return 0;
}

/** A script of the project that is a process of its own: wrong use is one sentence and exit code 2. */
export async function runScript<const Options extends OptionTable>(
  table: CommandTable<Options>,
  carryOut: CarryOut<Options>,
): Promise<void> {
  process.exitCode = await runByTable(table, process.argv.slice(2), carryOut).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    printNote(error.message);
    return 2;
  });
}
