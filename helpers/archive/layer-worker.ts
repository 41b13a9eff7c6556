/** The reading thread: takes jobs, reads the file by position, and transfers the results without a copy. */
import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { createBudget } from './budget.ts';
import { fileSource } from './byte-source.ts';
import { lazyFile } from './directory.ts';
import { type ReadResult, readMember } from './read-member.ts';
import type { WorkerPurse, WorkerReply, WorkerRequest } from './run-jobs.ts';

const { limits, counters } = workerData as WorkerPurse;
const budget = createBudget(limits, counters);
const PROGRESS_STEP = 16 * 1024 * 1024;

parentPort?.on('message', (request: WorkerRequest) => {
  handle(request).catch((error: unknown) => {
    // A copy of an error keeps its message alone.
    const { name, message, code, path, syscall } = error as NodeJS.ErrnoException;
    reply({ kind: 'error', error: { name, message, code, path, syscall } });
  });
});

async function handle({ job, fd, path, fileSize }: WorkerRequest): Promise<void> {
  const source = fd === undefined ? lazyFile(path ?? '', fileSize) : fileSource(fd, fileSize);
  let unreported = 0;
  const result = await readMember({ source, offset: job.offset, size: job.size }, job, budget, (bytes) => {
    unreported += bytes;
    if (unreported < PROGRESS_STEP) return;
    reply({ kind: 'progress', bytes: unreported });
    unreported = 0;
  });
  reply({ kind: 'progress', bytes: unreported });
  reply({ kind: 'result', result }, transferable(result));
}

function reply(message: WorkerReply, transfer: readonly TransferListItem[] = []): void {
  parentPort?.postMessage(message, [...transfer]);
}

function transferable({ layer }: ReadResult): readonly TransferListItem[] {
  if (!layer) return [];
  const buffers: ArrayBufferLike[] = [];
  for (const chunk of layer.entries.chunks) {
    for (const column of [chunk.numbers, chunk.words, chunk.flags, chunk.types, chunk.formats, chunk.text])
      buffers.push(column.buffer);
  }
  for (const { bytes } of layer.contents.values()) if (bytes) buffers.push(bytes.buffer);
  return buffers as ArrayBuffer[];
}
