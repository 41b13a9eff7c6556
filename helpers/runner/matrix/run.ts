import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { projectFolder } from '../../common/project-files.ts';
import { provideHostPrograms } from '../../engines/start/host-programs.ts';
import { endOnSignals } from '../../engines/start/stop-at-end.ts';
import { temporaryFolder } from '../../engines/temporary-folder.ts';
import type { Report } from '../../report/model.ts';
import type { Progress } from '../../report/progress.ts';
import { writeOutputs } from '../../report/write.ts';
import { assembleMatrix } from '../assemble-matrix.ts';
import { type MatrixPlan, PLAN_VARIABLE } from './plan.ts';
import { runSpecs } from './run-specs.ts';
import { type Open, startEngines } from './start-engines.ts';

export interface MatrixOptions {
  /** Names of recipes. */
  readonly engines: readonly string[];
  /** Folder for the report. */
  readonly output: string;
  /** The command that repeats the run. */
  readonly command: string;
  /** Where vitest's blob goes, for merging shards. */
  readonly blob?: string;
  readonly progress: Progress;
  /** How an engine is started; replaced in tests. */
  readonly open?: Open;
}

/** What came of a matrix: the report, or in one sentence why there is none. */
export type MatrixResult = { readonly report: Report } | { readonly failure: string };

/** Starts the engines side by side, judges each with the specs, stops them again, and leaves the report in a folder. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixResult> {
  const { engines, command, progress, open } = options;
  const output = resolve(options.output);
  const startedAt = new Date().toISOString();
  endOnSignals();
  await mkdir(output, { recursive: true });
  await rm(join(output, 'matrix.json'), { force: true });
  await provideHostPrograms((line) => progress.note(line));
  const { running, unavailable, startMs } = await startEngines(engines, progress, open);
  try {
    const openings = running.map(({ opening }) => opening);
    const plan: MatrixPlan = { engines: openings, unavailable, command, output, startedAt, startMs };
    if (options.blob !== undefined) await writeFile(join(output, 'plan.json'), JSON.stringify(plan));
    const [first] = openings;
    if (first === undefined) {
      const report = await assembleMatrix(plan, [], new Map(), []);
      await writeOutputs(report, output);
      return { report };
    }
    // The work folder of an engine goes with the engine, whatever becomes of this process.
    const file = join(first.engine.workDir, 'matrix-plan.json');
    await writeFile(file, JSON.stringify(plan));
    const environment = {
      [PLAN_VARIABLE]: file,
      TMPDIR: await temporaryFolder(first.engine),
      ...(options.blob && { SCRATCH_BLOB: resolve(options.blob) }),
    };
    const failure = await runSpecs(projectRoot(), environment, progress);
    const text = await readFile(join(output, 'matrix.json'), 'utf8').catch(() => undefined);
    if (text === undefined) return { failure: failure ?? 'the specs ended without a report.' };
    return { report: JSON.parse(text) as Report };
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}

function projectRoot(): string {
  return dirname(projectFolder('specs'));
}
