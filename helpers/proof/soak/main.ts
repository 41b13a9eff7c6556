import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../common/command-line.ts';
import { defineCommand } from '../../common/command-table.ts';
import { projectFolder } from '../../common/project-files.ts';
import { printNote, printText } from '../../common/terminal.ts';
import { wholeNumber } from '../../common/usage.ts';
import { loadRecipe } from '../../engines/recipe.ts';
import { startEngine } from '../../engines/start/start.ts';
import { endOnSignals, stopAtEnd } from '../../engines/start/stop-at-end.ts';
import { runLimited } from '../attack/limited-child.ts';
import { type EngineLoad, loadOfEngine } from './engine-load.ts';
import { renderTrends, trendOf } from './trend.ts';

const SOAK = defineCommand({
  name: 'soak',
  summary: 'run conformance again and again, and tell what grows',
  program: 'npm run',
  usages: ['soak [-- OPTIONS]'],
  about:
    "Runs conformance again and again on one engine, as on an engine of the user's own, and tells whether time, memory, open files, disk or what is left grows.",
  options: {
    runs: {
      type: 'string',
      value: 'N',
      summary: 'how many runs (default 200, some twenty minutes on two cores)',
    },
    engine: {
      type: 'string',
      value: 'NAME',
      summary: 'a Docker engine of fixtures/engines (default docker-26)',
    },
  },
  exitCodes: '0 flat, 1 something grows or a run did not conform, 2 wrong use.',
});

/** One run, and what was there after it. */
interface Sample extends EngineLoad {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Peak resident memory of the suite. */
  readonly peak: number;
  /** Names in the temporary folder of the run. */
  readonly left: number;
}

const RUN = join(projectFolder('helpers/cli'), 'run.js');

/** Wide: they end what hangs. */
const LIMITS = { cpuSeconds: 300, megabytes: 4000, seconds: 600 };

await runScript(SOAK, async ({ runs: wanted = '200', engine: name = 'docker-26' }) => {
  const runs = wholeNumber('--runs', wanted, [3, 100_000]);
  const recipe = await loadRecipe(name);
  execFileSync(process.execPath, [RUN, '--build-only']);
  endOnSignals();
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  stopAtEnd(remove);
  const engine = await startEngine(recipe);
  try {
    const samples: Sample[] = [];
    while (samples.length < runs) {
      const sample = await runOnce(engine.handle.dockerHost ?? '', folder);
      if (sample === undefined) return 1;
      samples.push(sample);
      printNote(`run ${samples.length}: ${describe(sample)}`);
    }
    const trends = trendsOf(samples);
    printText(renderTrends(runs, trends));
    return trends.some(({ isFlat }) => isFlat === false) ? 1 : 0;
  } finally {
    await engine.stop();
    await remove();
  }
});

async function runOnce(dockerHost: string, folder: string): Promise<Sample | undefined> {
  const environment = { ...process.env, DOCKER_HOST: dockerHost, SCRATCH_ENGINE: '', TMPDIR: folder };
  const argv = ['conformance', '--quiet'];
  const ended = await runLimited(
    [process.execPath, RUN, ...argv],
    { argv },
    LIMITS,
    environment,
    process.cwd(),
  );
  if (ended.exitCode !== 0) {
    printNote(`${ended.stdout}${ended.stderr}`);
    return undefined;
  }
  const { seconds, cpuSeconds, megabytes: peak } = ended;
  return { seconds, cpuSeconds, peak, left: readdirSync(folder).length, ...(await loadOfEngine(dockerHost)) };
}

function trendsOf(samples: readonly Sample[]) {
  const of = (key: keyof Sample) => samples.map((sample) => sample[key]);
  return [
    trendOf('time of a run', 's', of('seconds'), { isJudged: false }),
    trendOf('processor time of a run', 's', of('cpuSeconds'), { noise: 0.3 }),
    trendOf('memory of the suite', 'MB', of('peak'), { noise: 20 }),
    trendOf('left in the temporary folder', '', of('left'), { share: 0 }),
    trendOf('memory of the engine', 'MB', of('memory'), { noise: 30 }),
    trendOf('open files of the engine', '', of('handles'), { noise: 10 }),
    trendOf('disk of the engine', 'MB', of('disk'), { noise: 1 }),
    trendOf('build cache of the engine', 'MB', of('cache'), { isJudged: false }),
    trendOf('objects in the engine', '', of('objects'), { share: 0 }),
  ];
}

function describe({ seconds, peak, memory, handles, disk, cache, objects, left }: Sample): string {
  return `${seconds.toFixed(1)} s, ${Math.round(peak)} MB; engine ${Math.round(memory)} MB, ${handles} open files, ${disk.toFixed(1)} MB of layers, ${cache.toFixed(1)} MB of cache, ${objects} objects; ${left} left`;
}
