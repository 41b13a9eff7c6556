import packageJson from '../../package.json' with { type: 'json' };
import { escapeControl, quoteWord } from '../common/escape.ts';
import { explainMissingPackage } from '../common/missing-package.ts';
import { isCheckout } from '../common/project-files.ts';
import { didYouMean } from '../common/suggest.ts';
import { explainSystemError } from '../common/system-error.ts';
import { printNote, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';
import { CHECKOUT_TABLES } from './options/checkout-tables.ts';
import { settingsNote } from './options/settings-in-force.ts';
import { COMMAND_TABLES } from './options/tables.ts';

/** The command line. Each command is one module with `run(arguments): Promise<exit code>`, loaded only when asked for. */

type Table = (typeof COMMAND_TABLES | typeof CHECKOUT_TABLES)[number];
type Load = () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;

const LOADERS: Readonly<Record<Table['name'], Load>> = {
  check: () => import('./check.ts'),
  diff: () => import('./diff.ts'),
  explain: () => import('./explain.ts'),
  conformance: () => import('./conformance.ts'),
  report: () => import('./report.ts'),
  engine: () => import('./engine.ts'),
  matrix: () => import('./matrix.ts'),
  gate: () => import('./gate.ts'),
  consumers: () => import('./consumers.ts'),
  completion: () => import('./completion.ts'),
  docs: () => import('./docs.ts'),
  tools: () => import('./tools.ts'),
};

const TABLES: readonly Table[] = [...COMMAND_TABLES, ...CHECKOUT_TABLES];

async function main([name, ...args]: readonly string[]): Promise<number> {
  const table = TABLES.find((each) => each.name === name);
  const isForCheckout = CHECKOUT_TABLES.some((each) => each.name === name);
  if (isForCheckout && !isCheckout())
    throw new UsageError(
      `${name} works on the sources of the suite: run it in a checkout of the repository.`,
    );
  if (table) return (await LOADERS[table.name]()).run(args);
  const known = (isCheckout() ? TABLES : COMMAND_TABLES).map(
    ({ name: key, summary }) => `  ${key.padEnd(12)} ${summary}`,
  );
  const usage = ['Usage: scratch-conformance COMMAND [OPTIONS]', '', ...known].join('\n');
  if (name === '--version') {
    printText(`${packageJson.version}\n`);
    return 0;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    printText(`${usage}\n`);
    return 0;
  }
  throw new UsageError(
    `No command is called ${quoteWord(name)}.${didYouMean(name, Object.keys(LOADERS))}\n\n${usage}`,
  );
}

/** Wrong use and our own bugs end in words and exit code 2, never in a stack trace (unless `DEBUG` is set). */
function fail(error: unknown): number {
  if (error instanceof UsageError) {
    printNote(`${error.message}${settingsNote()}`);
    return 2;
  }
  const explained = explainMissingPackage(error) ?? explainSystemError(error);
  if (explained !== undefined) {
    printNote(`Could not run: ${explained}`);
    return 2;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const prefix = text.startsWith('Suite bug:') ? '' : 'Suite bug: ';
  printNote(`${prefix}${escapeControl(text)} (DEBUG=1 shows where)`);
  if (process.env['DEBUG'] && error instanceof Error) printNote(error.stack ?? 'without a stack');
  return 2;
}

// A reader that has seen enough (`check ... | head`) closes the pipe; the exit code still tells the verdict.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stderr) process.exit(2);
    printNote(`The output cannot be written (${error.code ?? error.message}).`, () => process.exit(2));
  });
}
process.on('uncaughtException', (error) => process.exit(fail(error)));

process.exitCode = await main(process.argv.slice(2)).catch(fail);
