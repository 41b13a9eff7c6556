import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import type { EngineHandle } from '../../engines/engine-model.ts';
import { loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import { writeClient } from '../../procedure/shell.ts';
import type { BenchRequest, BenchRow } from './bench-row.ts';
import { median } from './measure.ts';

/**
 * The conformance run of one builder beside a plain shell script that makes the same calls of the same warm engine
 * (equal-work.sh), in turn. The documented lines alone (documented-lines.sh) are there for information.
 */
export async function* benchFlow({ rounds }: BenchRequest): AsyncIterable<BenchRow> {
  const engine = await startEngine(await loadRecipe('docker-26'));
  try {
    const environment = await environmentOf(engine.handle);
    const script = (name: string) => join(projectFolder('helpers/proof/bench'), name);
    const sides = {
      'documented lines': () => time(['sh', script('documented-lines.sh')], { ...environment, ALONE: '1' }),
      'equal work': () => time(['sh', script('equal-work.sh')], environment),
      conformance: () => time(CONFORMANCE, environment),
    };
    const { conformance = Number.NaN, ...peers } = await measureInTurn(sides, rounds);
    const what = 'conformance: one builder of Docker 26';
    for (const [name, seconds] of Object.entries(peers))
      yield {
        ...{ what, seconds: conformance, peer: { name, seconds } },
        ...(name === 'equal work' && { aim: AIM }),
      };
  } finally {
    await engine.stop();
  }
}

const AIM = 1.5;

const CONFORMANCE = ['npm', 'run', '--silent', 'conformance', '--', '--builder', 'docker-build', '--quiet'];

/** The median of each side, after one round that warms the page cache for all. */
async function measureInTurn(
  sides: Readonly<Record<string, () => Promise<number>>>,
  rounds: number,
): Promise<Readonly<Record<string, number>>> {
  const times = new Map(Object.keys(sides).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1)
    for (const [name, run] of Object.entries(sides)) {
      const seconds = await run();
      if (round > 0) times.get(name)?.push(seconds);
    }
  return Object.fromEntries([...times].map(([name, seconds]) => [name, median(seconds)]));
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

/** Seconds from start to end of one command. Throws when it fails. */
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
      if (code === 0) resolve((performance.now() - started) / 1000);
      else reject(new Error(`${program} ended with exit code ${code}: ${words}`));
    });
  });
}
