import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../common/command-line.ts';
import { defineCommand } from '../../common/command-table.ts';
import { projectFolder } from '../../common/project-files.ts';
import { printNote, printText } from '../../common/terminal.ts';
import { chooseFrom, optionList, wholeNumber } from '../../common/usage.ts';
import { endOnSignals, stopAtEnd } from '../../engines/start/stop-at-end.ts';
import { benchArchives } from './archives.ts';
import { type Bench, type BenchRow, renderBench } from './bench-row.ts';
import { benchFlow } from './flow.ts';
import { benchMatrix } from './matrix.ts';

const BENCHES: Readonly<Record<string, Bench>> = {
  check: benchArchives,
  flow: benchFlow,
  matrix: benchMatrix,
};

const BENCH = defineCommand({
  name: 'bench',
  summary: 'measure the suite beside its peers',
  program: 'npm run',
  usages: ['bench [-- OPTIONS]'],
  about: 'Measures the suite beside its peers, in turn with them, and prints one table.',
  options: {
    only: {
      type: 'string',
      value: 'NAME',
      multiple: true,
      summary: `${Object.keys(BENCHES).join(', ')}; may be repeated or a list`,
    },
    rounds: {
      type: 'string',
      value: 'N',
      summary: 'how often each side is measured; the median counts (default 5)',
    },
    large: { type: 'boolean', summary: 'also an archive of 10 GB' },
  },
  exitCodes: '0 all was measured (figures, no verdict), 2 wrong use.',
});

await runScript(BENCH, async ({ only, rounds: wanted = '5', large = false }) => {
  const chosen = chooseBenches(optionList(only) ?? []);
  const rounds = wholeNumber('--rounds', wanted, [1, 1000]);
  execFileSync(process.execPath, [join(projectFolder('helpers/cli'), 'run.js'), '--build-only']);
  endOnSignals();
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  stopAtEnd(remove);
  try {
    const rows: BenchRow[] = [];
    for (const bench of chosen)
      for await (const row of bench({ folder, rounds, large })) {
        printNote(`measured ${row.what}${row.peer ? ` beside ${row.peer.name}` : ''}`);
        rows.push(row);
      }
    printText(`${describeMachine()}, medians of ${rounds} rounds\n\n${renderBench(rows)}`);
    return 0;
  } finally {
    await remove();
  }
});

function chooseBenches(names: readonly string[]): readonly Bench[] {
  if (names.length === 0) return Object.values(BENCHES);
  return [...new Set(names)].map((name) => chooseFrom('bench', name, BENCHES));
}

function describeMachine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, Node ${process.version}`;
}
