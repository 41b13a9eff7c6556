import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { runScript } from '../../common/command-line.ts';
import { defineCommand } from '../../common/command-table.ts';
import { escapeControl } from '../../common/escape.ts';
import { printText } from '../../common/terminal.ts';
import { wholeNumber } from '../../common/usage.ts';
import type { FuzzRun } from './run.ts';
import type { FinishedRun, Shard } from './shard.ts';

const FUZZ = defineCommand({
  name: 'fuzz',
  summary: 'mutate recorded archives and judge each',
  program: 'npm run',
  usages: ['fuzz [-- OPTIONS]'],
  about:
    'Mutates recorded archives (fixtures/archives) and judges each: a crash or a hang is a bug of the suite.',
  options: {
    runs: { type: 'string', value: 'N', summary: 'how many (default 1000)' },
    seed: {
      type: 'string',
      value: 'S',
      summary: 'which (default 1); the same seed gives the same mutations',
    },
    only: { type: 'string', value: 'RUN', summary: 'one run by its number, with its steps' },
  },
  exitCodes: '0 none crashed or hung, 1 one did, 2 wrong use.',
});

/** A run that takes longer than this is a hang. */
const HANG_SECONDS = 60;
const MAX_THREADS = 2;
const MOST = 999_999_999;

/** On Node 20 a thread does not take over the loader of TypeScript: it registers its own. */
const START_SHARD = `
  import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))})
    .then(({ register }) => register())
    .then(() => import(${JSON.stringify(import.meta.resolve('./shard.ts'))}));
`;

interface Summary {
  readonly counts: Map<FuzzRun['verdict'], number>;
  readonly crashes: FuzzRun[];
  slowest: FuzzRun | undefined;
  memory: number;
}

await runScript(FUZZ, async (values) => {
  const seed = wholeNumber('--seed', values.seed ?? '1', [0, MOST]);
  const runs = wholeNumber('--runs', values.runs ?? '1000', [1, MOST]);
  const only = values.only === undefined ? undefined : wholeNumber('--only', values.only, [0, MOST]);
  const [from, to] = only === undefined ? [0, runs] : [only, only + 1];
  const started = performance.now();
  const summary: Summary = { counts: new Map(), crashes: [], slowest: undefined, memory: 0 };
  const threads = Math.min(MAX_THREADS, availableParallelism(), to - from);
  const shards = Array.from({ length: threads }, (_, position) => ({
    seed,
    from: from + position,
    to,
    step: threads,
    current: new Int32Array(new SharedArrayBuffer(4)),
  }));
  const hung = (await Promise.all(shards.map((shard) => runShard(shard, summary)))).filter(
    (run) => run !== undefined,
  );
  printText(summarise(summary, hung, to - from, seed, (performance.now() - started) / 1000));
  return summary.crashes.length + hung.length > 0 ? 1 : 0;
});

/** One thread. The number of the run that hung, if one did: a thread that hangs is noticed by the one that waits. */
function runShard(shard: Shard, summary: Summary): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(START_SHARD, { eval: true, workerData: shard });
    let next = shard.from;
    const onHang = () => {
      resolve(Atomics.load(shard.current, 0));
      void worker.terminate();
    };
    const watch = () => setTimeout(onHang, HANG_SECONDS * 1000);
    let timer = watch();
    worker.on('message', (batch: readonly FinishedRun[]) => {
      clearTimeout(timer);
      timer = watch();
      for (const progress of batch) {
        note(summary, progress);
        next = progress.run.run + shard.step;
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => {
      clearTimeout(timer);
      resolve(next < shard.to ? Atomics.load(shard.current, 0) : undefined);
    });
  });
}

function note(summary: Summary, { run, memory }: FinishedRun): void {
  summary.counts.set(run.verdict, (summary.counts.get(run.verdict) ?? 0) + 1);
  if (run.verdict === 'crash') summary.crashes.push(run);
  if (run.milliseconds > (summary.slowest?.milliseconds ?? -1)) summary.slowest = run;
  summary.memory = Math.max(summary.memory, memory);
}

function summarise(
  summary: Summary,
  hung: readonly number[],
  runs: number,
  seed: number,
  seconds: number,
): string {
  const lines = [`${runs} runs, seed ${seed}, ${seconds.toFixed(1)} s`];
  for (const [verdict, count] of summary.counts) lines.push(`  ${verdict.padEnd(18)} ${count}`);
  if (summary.slowest) lines.push(`slowest ${describe(summary.slowest)}`);
  lines.push(`largest memory ${Math.round(summary.memory / 1024 / 1024)} MB`);
  for (const crash of summary.crashes.slice(0, 20))
    lines.push(`crash ${describe(crash)}\n${escapeControl((crash.reason ?? '').slice(0, 2000))}`);
  for (const run of hung)
    lines.push(`hang: run ${run} took longer than ${HANG_SECONDS} s, or ended its thread`);
  return `${lines.join('\n')}\n`;
}

function describe({ run, sample, steps, milliseconds }: FuzzRun): string {
  return `run ${run} (${sample}: ${steps.join(', ')}), ${milliseconds.toFixed(1)} ms`;
}
