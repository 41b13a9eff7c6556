import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printText } from '../../common/terminal.ts';
import { silentProgress } from '../../report/progress.ts';
import { runMatrix } from '../../runner/matrix/run.ts';
import { startEngines } from '../../runner/matrix/start-engines.ts';

/** With warm caches: every Docker engine alone, then all side by side; and each start to the first answer of its API. */
const DOCKER = ['docker-20-bullseye', 'docker-20', 'docker-26', 'docker-28', 'docker-28-containerd'];

const folder = await mkdtemp(join(tmpdir(), 'bench-matrix-'));
try {
  // Root file systems are made, and files read, before anything is measured.
  const warm = await startEngines(DOCKER, silentProgress());
  await Promise.all(warm.running.map(({ stop }) => stop()));
  for (const { name, reason } of warm.unavailable) printLine(`${name} unavailable: ${reason}`);

  const alone = new Map<string, number>();
  for (const engine of DOCKER) alone.set(engine, await measure([engine]));
  const together = await measure(DOCKER);
  for (const [engine, seconds] of alone) printLine(`${engine.padEnd(22)} alone ${seconds.toFixed(1)} s`);
  const slowest = Math.max(...alone.values());
  printLine(
    `all ${DOCKER.length} side by side ${together.toFixed(1)} s: ${(together / slowest).toFixed(2)} times the slowest alone (aim: at most 3)`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** Seconds of one matrix, start and end of the engines included. */
async function measure(engines: readonly string[]): Promise<number> {
  const began = performance.now();
  const report = await runMatrix({ engines, output: folder, command: 'bench', progress: silentProgress() });
  const seconds = (performance.now() - began) / 1000;
  const starts = report.engines.map(({ startMs = 0 }) => startMs);
  printLine(
    `${engines.join(', ')}: first answer after ${Math.max(...starts)} ms (aim: at most 3000 ms alone)`,
  );
  return seconds;
}

function printLine(line: string): void {
  printText(`${line}\n`);
}
