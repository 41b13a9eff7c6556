#!/usr/bin/env node
import packageJson from '../../package.json' with { type: 'json' };
import { escapeControl, quoteWord } from '../common/escape.ts';
import { explainMissingPackage } from '../common/missing-package.ts';
import { isCheckout } from '../common/project-files.ts';
import { didYouMean } from '../common/suggest.ts';
import { explainSystemError } from '../common/system-error.ts';
import { printNote, printText } from '../common/terminal.ts';
import { UsageError } from '../common/usage.ts';

/** The command line. Each command is one module with `run(arguments): Promise<exit code>`, loaded only when asked for. */

interface Command {
  readonly summary: string;
  /** Works on the sources of the suite itself, which the published package does not have. */
  readonly isForCheckout?: true;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  check: { summary: 'judge saved image archives', load: () => import('./check.ts') },
  diff: { summary: 'hold two saved images beside each other', load: () => import('./diff.ts') },
  explain: {
    summary: 'show one requirement: rule, quote, link, mutants',
    load: () => import('./explain.ts'),
  },
  docs: {
    summary: 'write the generated parts of the documentation',
    isForCheckout: true,
    load: () => import('./docs.ts'),
  },
  conformance: {
    summary: 'go through the documented procedure on an engine and judge every step',
    load: () => import('./conformance.ts'),
  },
  report: { summary: 'render a stored report again, in any format', load: () => import('./report.ts') },
  engine: { summary: 'list the engines, or start one by hand', load: () => import('./engine.ts') },
  matrix: {
    summary: 'judge every engine, side by side',
    load: () => import('./matrix.ts'),
  },
  gate: {
    summary: 'say what an upgrade from one engine to another breaks, changes and fixes',
    load: () => import('./gate.ts'),
  },
  consumers: {
    summary: 'hand archives to real consumers and keep what they do',
    load: () => import('./consumers.ts'),
  },
  fuzz: {
    summary: 'mutate recorded archives and judge each',
    isForCheckout: true,
    load: () => import('./fuzz.ts'),
  },
  'bench-check': {
    summary: 'measure check beside its peers',
    isForCheckout: true,
    load: () => import('../proof/bench/check.ts'),
  },
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name ?? '') ? COMMANDS[name ?? ''] : undefined;
  if (command?.isForCheckout && !isCheckout())
    throw new UsageError(
      `${name} works on the sources of the suite: run it in a checkout of the repository.`,
    );
  if (command) return (await command.load()).run(args);
  const known = Object.entries(COMMANDS)
    .filter(([, { isForCheckout }]) => !isForCheckout || isCheckout())
    .map(([key, { summary }]) => `  ${key.padEnd(12)} ${summary}`);
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
    `No command is called ${quoteWord(name)}.${didYouMean(name, Object.keys(COMMANDS))}\n\n${usage}`,
  );
}

/** Wrong use and our own bugs end in words and exit code 2, never in a stack trace (unless `DEBUG` is set). */
function fail(error: unknown): number {
  if (error instanceof UsageError) {
    printNote(error.message);
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
