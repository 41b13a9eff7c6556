#!/usr/bin/env node
/** The command line. Each command is one module with `run(arguments): Promise<exit code>`, loaded only when asked for. */

interface Command {
  readonly summary: string;
  readonly load: () => Promise<{ readonly run: (args: readonly string[]) => Promise<number> }>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  engine: { summary: 'list the engines, or start one by hand', load: () => import('./engine.ts') },
};

async function main([name, ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS[name ?? ''];
  if (command) return (await command.load()).run(args);
  const known = Object.entries(COMMANDS).map(([key, { summary }]) => `  ${key.padEnd(12)} ${summary}`);
  const asked = name === undefined || name === '--help' || name === 'help';
  const lines = ['Usage: scratch-conformance COMMAND [OPTIONS]', '', ...known];
  process[asked ? 'stdout' : 'stderr'].write(
    `${[...(asked ? [] : [`No command is called ${JSON.stringify(name)}.`, '']), ...lines].join('\n')}\n`,
  );
  return asked ? 0 : 2;
}

process.exitCode = await main(process.argv.slice(2));
