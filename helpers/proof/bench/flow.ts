import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { printText } from '../../common/terminal.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import { endOnSignals } from '../../engines/start/stop-at-end.ts';
import { writeClient } from '../../procedure/shell.ts';

/**
 * The conformance run of one builder beside a plain shell script that makes the same calls of the same warm engine
 * (equal-work.sh): in turn, five times, whole processes. Prints the medians and their ratio; aim: at most 1.5. The
 * documented lines alone (documented-lines.sh) are there for information.
 */

const ROUNDS = 5;
const AIM = 1.5;

const CONFORMANCE = ['npm', 'run', '--silent', 'conformance', '--', '--builder', 'docker-build', '--quiet'];

async function main(): Promise<number> {
  endOnSignals();
  const engine = await startEngine(await loadRecipe('docker-26'));
  try {
    const environment = await environmentOf(engine.handle);
    const script = (name: string) => join(projectFolder('helpers/proof/bench'), name);
    const sides = {
      'documented lines': () => time(['sh', script('documented-lines.sh')], { ...environment, ALONE: '1' }),
      'equal work': () => time(['sh', script('equal-work.sh')], environment),
      conformance: () => time(CONFORMANCE, environment),
    };
    const medians = await measureInTurn(sides);
    const ratio = (medians['conformance'] ?? Number.NaN) / (medians['equal work'] ?? Number.NaN);
    printText(
      `median: ${listOf(medians)}; conformance is ${ratio.toFixed(2)} times the equal work (aim: ${AIM})\n`,
    );
    return 0;
  } finally {
    await engine.stop();
  }
}

/** The median of each side, after one round that warms the page cache for all. */
async function measureInTurn(
  sides: Readonly<Record<string, () => Promise<number>>>,
): Promise<Readonly<Record<string, number>>> {
  const rounds: Readonly<Record<string, number>>[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const times: Record<string, number> = {};
    for (const [name, run] of Object.entries(sides)) times[name] = await run();
    if (round === 0) continue;
    rounds.push(times);
    printText(`${listOf(times)}\n`);
  }
  return Object.fromEntries(
    Object.keys(sides).map((name) => [name, median(rounds.map((times) => times[name] ?? Number.NaN))]),
  );
}

function listOf(times: Readonly<Record<string, number>>): string {
  return Object.entries(times)
    .map(([name, ms]) => `${name} ${seconds(ms)}`)
    .join(', ');
}

/** Both sides use the engine's own client, found first on the path. */
async function environmentOf(handle: EngineHandle): Promise<NodeJS.ProcessEnv> {
  const work = join(handle.workDir, 'by-hand');
  await mkdir(work);
  const client = await writeClient(handle);
  return {
    ...process.env,
    ...client,
    WORK: work,
    // The engine's own client sees no other folder of the host.
    TMPDIR: work,
    SOURCE: join(projectFolder('fixtures'), '..'),
    SOCKET: (handle.dockerHost ?? '').replace('unix://', ''),
    IMAGE: `${handle.runId}/by-hand`,
    SCRATCH_ENGINE: '',
  };
}

/** Milliseconds from start to end of one command. Throws when it fails. */
function time([program = '', ...args]: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    let words = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        words += chunk;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(performance.now() - started);
      else reject(new Error(`${program} ended with exit code ${code}: ${words}`));
    });
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(milliseconds = Number.NaN): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

process.exitCode = await main();
