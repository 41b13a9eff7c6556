import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { runScript } from '../../common/command-line.ts';
import { defineCommand } from '../../common/command-table.ts';
import { quoteWord } from '../../common/escape.ts';
import { projectFolder } from '../../common/project-files.ts';
import { printText } from '../../common/terminal.ts';
import { optionList, UsageError } from '../../common/usage.ts';
import type { Attack, Row } from './attack-model.ts';
import { ATTACKS } from './attacks.ts';
import { runAttack } from './run.ts';
import { renderTable } from './table.ts';

const ATTACK = defineCommand({
  name: 'attack',
  summary: 'run the command line on hostile inputs and faults',
  program: 'npm run',
  usages: ['attack [-- OPTIONS]'],
  about:
    'Runs the command line on hostile inputs and faults, each with limits on processor time and memory, and prints one table.',
  options: {
    only: {
      type: 'string',
      value: 'ID',
      multiple: true,
      summary: 'only this attack, or all whose id begins so; may be repeated or a list',
    },
    short: { type: 'boolean', summary: 'only those that the self-tests run too' },
    list: { type: 'boolean', summary: 'print the attacks and end' },
  },
  exitCodes: '0 all are as wanted, 1 one is not, 2 wrong use.',
});

await runScript(ATTACK, async (values) => {
  const chosen = chooseAttacks(optionList(values.only), values.short === true);
  if (values.list) return print(chosen.map(({ id, title }) => `${id.padEnd(36)} ${title}\n`).join(''));
  const commandLine = buildCommandLine();
  const rows: Row[] = [];
  for (const attack of chosen) rows.push(await runAttack(attack, commandLine));
  print(renderTable(rows));
  return rows.every(({ problems }) => problems.length === 0) ? 0 : 1;
});

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
