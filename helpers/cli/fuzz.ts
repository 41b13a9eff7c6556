import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { Archive } from '../archive/model.ts';
import { runByTable } from '../common/command-line.ts';
import { escapeControl } from '../common/escape.ts';
import { projectFolder } from '../common/project-files.ts';
import { printText } from '../common/terminal.ts';
import { UsageError, wholeNumber } from '../common/usage.ts';
import { type FuzzRun, fuzz, type Sample } from '../proof/fuzz/run.ts';
import { ARCHIVE_REQUIREMENTS } from '../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../requirements/check.ts';
import { FUZZ } from './options/checkout-tables.ts';

/** Larger recorded archives say nothing more, and cost time. */
const MAX_SAMPLE = 64 * 1024;
/** A run that takes longer than this is a hang. */
const HANG_SECONDS = 60;
const MAX_THREADS = 2;
const MOST = 999_999_999;

interface Shard {
  readonly kind: 'fuzz';
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** The run at work, shared with the thread that waits. */
  readonly current: Int32Array;
}

interface Progress {
  readonly run: FuzzRun;
  readonly memory: number;
}

interface Summary {
  readonly counts: Map<FuzzRun['verdict'], number>;
  readonly crashes: FuzzRun[];
  slowest: FuzzRun | undefined;
  memory: number;
}

/** Runs the mutations in threads, so that a hang is noticed by the thread that waits. */
export function run(args: readonly string[]): Promise<number> {
  return runByTable(FUZZ, args, async (values) => {
    const seed = wholeNumber('--seed', values.seed ?? '1', [0, MOST]);
    const runs = wholeNumber('--runs', values.runs ?? '1000', [1, MOST]);
    const only = values.only === undefined ? undefined : wholeNumber('--only', values.only, [0, MOST]);
    const [from, to] = only === undefined ? [0, runs] : [only, only + 1];
    const started = performance.now();
    const summary: Summary = { counts: new Map(), crashes: [], slowest: undefined, memory: 0 };
    const threads = Math.min(MAX_THREADS, availableParallelism(), to - from);
    const shards = Array.from({ length: threads }, (_, position) => ({
      kind: 'fuzz' as const,
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
}

/** The number of the run that hung, if one did. */
function runShard(shard: Shard, summary: Summary): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: shard });
    let next = shard.from;
    const onHang = () => {
      resolve(Atomics.load(shard.current, 0));
      void worker.terminate();
    };
    const watch = () => setTimeout(onHang, HANG_SECONDS * 1000);
    let timer = watch();
    worker.on('message', (batch: readonly Progress[]) => {
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

function note(summary: Summary, { run, memory }: Progress): void {
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

function readSamples(): readonly Sample[] {
  const folder = join(projectFolder('fixtures'), 'archives');
  const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tar'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
    .filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX_SAMPLE);
  if (samples.length === 0) throw new UsageError(`${folder} holds no recorded archives to mutate.`);
  return samples;
}

/** A check that breaks is as much a crash as a reader that does. */
function judge(archive: Archive): boolean {
  const outcomes = checkArchive(archive, ARCHIVE_REQUIREMENTS);
  const broken = outcomes.find(({ status }) => status === 'error');
  if (broken) throw new Error(broken.reason ?? broken.id);
  return outcomes.every(({ status }) => status !== 'fail');
}

function* numbers({ from, to, step, current }: Shard): Generator<number> {
  for (let run = from; run < to; run += step) {
    Atomics.store(current, 0, run);
    yield run;
  }
}

/** The thread's part: results go back in batches, at least twice a second. */
async function work(shard: Shard): Promise<void> {
  let batch: Progress[] = [];
  let sent = performance.now();
  const send = () => {
    parentPort?.postMessage(batch);
    batch = [];
    sent = performance.now();
  };
  for await (const run of fuzz({ samples: readSamples(), seed: shard.seed, runs: numbers(shard), judge })) {
    batch.push({ run, memory: process.memoryUsage.rss() });
    if (performance.now() - sent > 500) send();
  }
  send();
}

if (!isMainThread && (workerData as Partial<Shard> | null)?.kind === 'fuzz') await work(workerData as Shard);
