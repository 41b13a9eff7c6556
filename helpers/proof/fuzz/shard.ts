import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { Archive } from '../../archive/model.ts';
import { projectFolder } from '../../common/project-files.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../requirements/check.ts';
import { type FuzzRun, fuzz, type Sample } from './run.ts';

/** The part of one thread. Results go back in batches, at least twice a second, as `FinishedRun[]`. */

export interface Shard {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** The run at work, shared with the thread that waits. */
  readonly current: Int32Array;
}

export interface FinishedRun {
  readonly run: FuzzRun;
  readonly memory: number;
}

/** Larger recorded archives say nothing more, and cost time. */
const MAX_SAMPLE = 64 * 1024;
const BATCH_MS = 500;

await work(workerData as Shard);

async function work(shard: Shard): Promise<void> {
  let batch: FinishedRun[] = [];
  let sent = performance.now();
  const send = () => {
    parentPort?.postMessage(batch);
    batch = [];
    sent = performance.now();
  };
  for await (const run of fuzz({ samples: readSamples(), seed: shard.seed, runs: numbers(shard), judge })) {
    batch.push({ run, memory: process.memoryUsage.rss() });
    if (performance.now() - sent > BATCH_MS) send();
  }
  send();
}

function readSamples(): readonly Sample[] {
  const folder = join(projectFolder('fixtures'), 'archives');
  const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tar'))
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }))
    .filter(({ bytes }) => bytes.length > 0 && bytes.length <= MAX_SAMPLE);
  if (samples.length === 0) throw new Error(`Suite bug: ${folder} holds no recorded archives to mutate.`);
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
