import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolders } from '../../common/write-output.ts';
import { provideCompiler } from '../../engines/compiler.ts';
import { programsFor, provideHostPrograms } from '../../engines/start/host-programs.ts';
import { endOnSignals, unlessSignalled } from '../../engines/start/stop-at-end.ts';
import type { Progress } from '../../report/progress.ts';
import type { Report } from '../../report/report-model.ts';
import { tellMeasured } from '../../report/tell-measured.ts';
import { writeOutputs } from '../../report/write.ts';
import { assembleMatrix } from '../assemble-matrix.ts';
import type { ProjectResult } from '../reporter.ts';
import { type JudgeEnginesOptions, judgeEngines } from './judge-engines.ts';
import { storeShard } from './merge-shards.ts';
import type { MatrixPlan } from './plan.ts';
import { type Start, startEngines } from './start-engines.ts';

interface MatrixOptions extends JudgeEnginesOptions {
  /** Names of recipes. */
  readonly engines: readonly string[];
  /** Names of the engines that must be judged. Default: all. */
  readonly required?: readonly string[];
  /** Names of all engines of a matrix of which this is a shard. Default: `engines`. */
  readonly planned?: readonly string[];
  /** Folder for the report. */
  readonly output: string;
  /** The command that repeats the run. */
  readonly command: string;
  /** Whether what was found out is left in the folder, for merging with other shards. */
  readonly isShard?: boolean;
  readonly progress: Progress;
  /** What is made of the report before it is written: what was asked for, what is waived. */
  readonly finish?: (report: Report) => Report;
  /** How an engine is started; replaced in tests. */
  readonly start?: Start;
}

/** Starts the engines side by side, judges each with the specs, stops them again, and leaves the report in a folder. */
export async function runMatrix(options: MatrixOptions): Promise<Report> {
  const { engines, command, progress, start, image, isShard = false } = options;
  const output = resolve(options.output);
  const startedAt = new Date().toISOString();
  endOnSignals();
  await makeFolders(output);
  await rm(join(output, 'matrix.json'), { force: true });
  await provideHostPrograms((line) => progress.note(line), programsFor(image));
  const { running, unavailable, startMs } = await startEngines(engines, progress, start);
  const tell = (name: string) => (line: string) => progress.note(`${name}: ${line}`);
  const handles = await Promise.all(
    running.map(async ({ handle }) => (image ? handle : provideCompiler(handle, tell(handle.name)))),
  );
  const { required = engines, planned = engines } = options;
  const judged = { engines: handles, unavailable, startMs, ...(image && { image }) };
  const plan: MatrixPlan = { ...judged, planned, required, command, startedAt };
  let results: ReadonlyMap<string, ProjectResult>;
  try {
    results = await judgeEngines(handles, progress, options);
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
  await unlessSignalled();
  if (isShard) await storeShard(output, plan, results);
  // A shard answers for its own engines; which others there ought to be is asked when the shards are merged.
  const { finish = (judged: Report) => judged } = options;
  const report = finish(await tellMeasured(await assembleMatrix({ ...plan, planned: engines }, results)));
  await writeOutputs(report, output);
  return report;
}
