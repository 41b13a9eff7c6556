import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { quoteWord } from '../../common/escape.ts';
import { projectFolder } from '../../common/project-files.ts';
import { printNote, printText } from '../../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../../common/usage.ts';
import type { Attack, Row } from './attack-model.ts';
import { ATTACKS } from './attacks.ts';
import { runAttack } from './run.ts';
import { renderTable } from './table.ts';

const USAGE = `Usage: npm run attack [-- OPTIONS]

Runs the command line on hostile inputs and faults, each with limits on processor time and memory, and prints one table.

  --only ID   only this attack, or all whose id begins so; may be repeated or a list
  --short     only those that the self-tests run too
  --list      print the attacks and end

Exit codes: 0 all are as wanted, 1 one is not, 2 wrong use.
`;

async function main(): Promise<number> {
  const { values } = parseOptions({
    options: {
      only: { type: 'string', multiple: true },
      short: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(USAGE);
  const chosen = chooseAttacks(optionList(values.only), values.short);
  if (values.list) return print(chosen.map(({ id, title }) => `${id.padEnd(36)} ${title}\n`).join(''));
  const commandLine = buildCommandLine();
  const rows: Row[] = [];
  for (const attack of chosen) rows.push(await runAttack(attack, commandLine));
  print(renderTable(rows));
  return rows.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

function chooseAttacks(ids: readonly string[] | undefined, short: boolean): readonly Attack[] {
  const unknown = ids?.find((id) => !ATTACKS.some((attack) => attack.id.startsWith(id)));
  if (unknown !== undefined)
    throw new UsageError(`No attack's id begins with ${quoteWord(unknown)}; see --list.`);
  return ATTACKS.filter(
    (attack) => (!short || attack.short) && (ids?.some((id) => attack.id.startsWith(id)) ?? true),
  );
}

/** Built from source, as every npm script of the command line does. */
function buildCommandLine(): string {
  const root = dirname(projectFolder('helpers'));
  const { status } = spawnSync(process.execPath, [join(root, 'helpers/cli/run.js'), '--build-only'], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new UsageError('The command line could not be built; see above.');
  return join(root, '.build/cli.js');
}

function print(text: string): 0 {
  printText(text);
  return 0;
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  printNote(error.message);
  return 2;
});
