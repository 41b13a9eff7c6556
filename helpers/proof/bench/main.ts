import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteWord } from '../../common/escape.ts';
import { projectFolder } from '../../common/project-files.ts';
import { printNote, printText } from '../../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../../common/usage.ts';
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

const USAGE = `Usage: npm run bench [-- OPTIONS]

Measures the suite beside its peers, in turn with them, and prints one table.

  --only NAME   check (with diff), flow or matrix; may be repeated or a list
  --rounds N    how often each side is measured; the median counts (default 5)
  --large       also an archive of 10 GB

Figures, no verdict: exit code 0 when all was measured, 2 for wrong use.
`;

async function main(): Promise<number> {
  const { values } = parseOptions({
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: '5' },
      large: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const chosen = chooseBenches(optionList(values.only) ?? []);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError(`--rounds takes a number from 1 on, not ${quoteWord(values.rounds)}.`);
  execFileSync(process.execPath, [join(projectFolder('helpers/cli'), 'run.js'), '--build-only']);
  endOnSignals();
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  stopAtEnd(remove);
  try {
    const rows: BenchRow[] = [];
    for (const bench of chosen)
      for await (const row of bench({ folder, rounds, large: values.large })) {
        printNote(`measured ${row.what}${row.peer ? ` beside ${row.peer.name}` : ''}`);
        rows.push(row);
      }
    printText(`${describeMachine()}, medians of ${rounds} rounds\n\n${renderBench(rows)}`);
    return 0;
  } finally {
    await remove();
  }
}

function chooseBenches(names: readonly string[]): readonly Bench[] {
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined)
    throw new UsageError(`--only takes ${Object.keys(BENCHES).join(', ')}, not ${quoteWord(unknown)}.`);
  return Object.entries(BENCHES).flatMap(([name, bench]) =>
    names.length === 0 || names.includes(name) ? [bench] : [],
  );
}

function describeMachine(): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} threads, Node ${process.version}`;
}

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof UsageError)) throw error;
  printNote(error.message);
  return 2;
});
