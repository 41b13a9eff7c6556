import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type BudgetLimits, createBudget, type Excess } from './budget.ts';
import type { Region } from './byte-source.ts';
import { UnreadableError } from './errors.ts';
import { halve, joinHalves, type ReadJob, type ReadResult, readMember } from './read-member.ts';

/** From here on two threads are faster than the time they take to start. */
const WORTH_WORKERS = 8 * 1024 * 1024;
const MAX_WORKERS = 2;

export interface PlannedJob {
  readonly job: ReadJob;
  readonly region: Region;
}

/** What a worker is sent: the job, and the file to read, open already or by name. */
export interface WorkerRequest {
  readonly job: ReadJob;
  readonly fd: number | undefined;
  readonly path: string | undefined;
  readonly fileSize: number;
}

/** The budget of the archive, shared by all threads. */
export interface WorkerPurse {
  readonly limits: BudgetLimits;
  readonly counters: SharedArrayBuffer;
}

export type WorkerReply =
  | { readonly kind: 'progress'; readonly bytes: number }
  | { readonly kind: 'result'; readonly result: ReadResult }
  | { readonly kind: 'error'; readonly error: Partial<NodeJS.ErrnoException> };

/**
 * Runs all jobs, in worker threads when that pays, and hands over what came of each. Ends early, and says why, when they
 * cost more than the archive may: what came until then must not count. Which budget is named, and which contents are kept
 * where not all can be, depends on the order of the jobs alone: where threads came to such a limit, all is read once more
 * by one.
 */
export async function runJobs(
  planned: readonly PlannedJob[],
  purse: WorkerPurse,
  onResult: (result: ReadResult) => void,
  onBytes: (bytes: number) => void,
  threads = worthThreads(planned),
): Promise<Excess | undefined> {
  if (threads === undefined) return runInOrder(planned, purse, onResult, onBytes);
  const spent = new BigInt64Array(purse.counters).slice();
  const results = await runInThreads(planned, purse, threads, onBytes);
  if (results && !createBudget(purse.limits, purse.counters).hasRefused()) {
    for (const result of results) onResult(result);
    return undefined;
  }
  new BigInt64Array(purse.counters).set(spent);
  return runInOrder(planned, purse, onResult, () => {});
}

interface Threads {
  readonly script: URL;
  readonly count: number;
}

/** `undefined` where one thread is as fast, or all there is. */
function worthThreads(planned: readonly PlannedJob[]): Threads | undefined {
  const script = workerScript();
  const reachable = planned.every(
    ({ region: { source } }) => source.fd !== undefined || source.path !== undefined,
  );
  const count = Math.min(MAX_WORKERS, availableParallelism(), planned.length + 1);
  if (script === undefined || !reachable || totalOf(planned) < WORTH_WORKERS || count < 1) return undefined;
  return { script, count };
}

function totalOf(planned: readonly PlannedJob[]): number {
  return planned.reduce((sum, { job }) => sum + job.size, 0);
}

async function runInOrder(
  planned: readonly PlannedJob[],
  purse: WorkerPurse,
  onResult: (result: ReadResult) => void,
  onBytes: (bytes: number) => void,
): Promise<Excess | undefined> {
  const budget = createBudget(purse.limits, purse.counters);
  for (const { job, region } of planned) {
    const result = await readMember(region, job, budget, onBytes);
    if (result.excess) return result.excess;
    onResult(result);
  }
  return undefined;
}

/** All results, or `undefined` as soon as one of the jobs costs more than the archive may. */
async function runInThreads(
  planned: readonly PlannedJob[],
  purse: WorkerPurse,
  { script, count }: Threads,
  onBytes: (bytes: number) => void,
): Promise<readonly ReadResult[] | undefined> {
  const results: ReadResult[] = [];
  const { halves, take } = splitLargest(planned, totalOf(planned), (result) => results.push(result));
  // Large ones first, so that no thread is left alone with one at the end.
  const queue = [...halves].sort((a, b) => b.job.size - a.job.size);
  const workers = Array.from({ length: count }, () => new Worker(script, { workerData: purse }));
  let isBeyond = false;
  const takeAffordable = (result: ReadResult) => {
    if (result.excess) {
      isBeyond = true;
      queue.length = 0;
      results.length = 0;
    } else if (!isBeyond) take(result);
  };
  try {
    await Promise.all(workers.map((worker) => drain(worker, queue, takeAffordable, onBytes)));
    return isBeyond ? undefined : results;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** A layer that is most of the archive is hashed by one thread and scanned by the other. */
function splitLargest(planned: readonly PlannedJob[], total: number, onResult: (result: ReadResult) => void) {
  const waiting = new Map<string, ReadResult | undefined>();
  const halves = planned.flatMap(({ job, region }) => {
    const parts = job.size > total / 2 ? halve(region, job) : undefined;
    if (!parts) return [{ job, region }];
    waiting.set(job.member, undefined);
    return parts.map((part) => ({ job: part, region }));
  });
  const take = (result: ReadResult) => {
    if (!waiting.has(result.member)) return onResult(result);
    const other = waiting.get(result.member);
    if (other) onResult(joinHalves(other, result));
    else waiting.set(result.member, result);
  };
  return { halves, take };
}

/** The bundled worker beside the bundled reader; from TypeScript source there is none. */
function workerScript(): URL | undefined {
  const script = new URL('layer-worker.js', import.meta.url);
  return existsSync(fileURLToPath(script)) ? script : undefined;
}

/** Gives one worker job after job until the queue is empty. */
function drain(
  worker: Worker,
  queue: PlannedJob[],
  onResult: (result: ReadResult) => void,
  onBytes: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const planned = queue.shift();
      if (!planned) return resolve();
      const { job, region } = planned;
      const { fd, path, size } = region.source;
      worker.postMessage({ job, fd, path, fileSize: size } satisfies WorkerRequest);
    };
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('Suite bug: a reading thread ended early.')));
    worker.on('message', (reply: WorkerReply) => {
      if (reply.kind === 'progress') return onBytes(reply.bytes);
      if (reply.kind === 'error') return reject(revive(reply.error));
      onResult(reply.result);
      next();
    });
    next();
  });
}

function revive({ name, message = '', ...rest }: Partial<NodeJS.ErrnoException>): Error {
  return name === 'UnreadableError' ? new UnreadableError(message) : Object.assign(new Error(message), rest);
}
