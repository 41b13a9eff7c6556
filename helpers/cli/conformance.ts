import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quoteWord } from '../common/escape.ts';
import { isCheckout, projectFolder } from '../common/project-files.ts';
import { printNote, printText } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { BUILDERS, type BuilderName } from '../engines/engine-model.ts';
import { EngineError } from '../engines/error.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { provideHostPrograms } from '../engines/start/host-programs.ts';
import { endOnSignals, unlessSignalled } from '../engines/start/stop-at-end.ts';
import { RUN_LIMIT, STEP_LIMIT, setLimits } from '../engines/time-limits.ts';
import { describeEngine } from '../procedure/describe-engine.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { renderFlowTable } from '../report/flow-table.ts';
import { createProgress, type Progress, type Task } from '../report/progress.ts';
import type { Report } from '../report/report-model.ts';
import { tally } from '../report/summary.ts';
import { tellMeasured } from '../report/tell-measured.ts';
import { STATUS_WORDS } from '../report/words.ts';
import { writeOutputs } from '../report/write.ts';
import type { Outcome } from '../requirements/outcome.ts';
import { assembleReport } from '../runner/assemble-report.ts';
import { startWorker, type WaitingWorker } from '../runner/engine-worker.ts';
import { loadVitest } from '../runner/load-vitest.ts';
import { JudgementReporter, type RunListener } from '../runner/reporter.ts';

const USAGE = `Usage: scratch-conformance conformance [--builder NAME[,NAME...]] [OPTIONS]

Goes through the documented procedure on the engine in force and judges every step.
Builders: ${BUILDERS.join(', ')}.

  --step-limit SECONDS  longest that one step may take (default ${STEP_LIMIT.seconds})
  --run-limit SECONDS   longest that the whole run may take (default ${RUN_LIMIT.seconds})
  --quiet               no progress, only the table

Exit codes: 0 conforms, 1 does not conform, 2 could not be judged.
`;

/** The main job: the documented flow on the resolved engine. The specs run in this process; see helpers/runner. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      builder: { type: 'string', multiple: true },
      'step-limit': { type: 'string' },
      'run-limit': { type: 'string' },
      quiet: { type: 'boolean', short: 'q' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const builders = optionList(values.builder) ?? [];
  const unknown = builders.find((name) => !(BUILDERS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`No builder is called ${quoteWord(unknown)}; there are ${BUILDERS.join(', ')}.`);
  }
  const progress = createProgress({ quiet: values.quiet === true });
  try {
    setLimits(values);
    return await judgeEngine(builders, progress, values.quiet === true);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    progress.close();
    printNote(`Could not run: ${error.message}`);
    return 2;
  }
}

async function judgeEngine(asked: readonly string[], progress: Progress, quiet: boolean): Promise<number> {
  const startedAt = new Date();
  const folder = join(isCheckout() ? dirname(projectFolder('helpers')) : process.cwd(), 'report');
  endOnSignals();
  await removeOld(folder);
  const builders = BUILDERS.filter((name) => asked.length === 0 || asked.includes(name));
  const onProgress = (line: string) => tell(line, progress, quiet);
  const { problem } = await provideHostPrograms(onProgress);
  if (quiet && problem !== undefined) printNote(problem);
  // vitest and the worker take as long to load as the engine to be found.
  const worker = startWorker();
  let report: Report;
  try {
    report = await tellMeasured(
      await judgeProcedure(worker, { builders, asked, startedAt }, onProgress, progress),
    );
  } finally {
    await worker.stop();
  }
  await unlessSignalled();
  progress.close();
  printText(`\n${renderFlowTable(report)}`);
  await writeOutputs(report, folder);
  if (!quiet) printText('The report is in report/index.html and report/conformance.json.\n');
  return EXIT_CODES[report.verdict];
}

interface Asked {
  readonly builders: readonly BuilderName[];
  /** Builders that were named. */
  readonly asked: readonly string[];
  readonly startedAt: Date;
}

async function judgeProcedure(
  worker: WaitingWorker,
  { builders, asked, startedAt }: Asked,
  onProgress: (line: string) => void,
  progress: Progress,
): Promise<Report> {
  const loading = loadVitest();
  loading.catch(() => {});
  const { handle, left, stop } = await resolveEngine({ onProgress });
  try {
    onProgress(describeEngine(handle));
    const reporter = new JudgementReporter(showSteps(progress));
    const { runTests } = await loading;
    const name = 'procedure';
    const tests = { name, engine: handle, procedure: { builders }, file: 'procedure-tests.js' };
    await runTests([tests], reporter, { waiting: [worker] });
    const { judged, errors } = reporter.resultOf(name);
    return assembleReport(handle, judged, startedAt, errors, asked, await left?.());
  } finally {
    await stop();
  }
}

/** One line of progress for each step. */
function showSteps(progress: Progress): RunListener {
  let task: Task | undefined;
  return {
    began(_project, step) {
      task = progress.start(step);
    },
    ended(_project, _step, judged) {
      task?.end(stepLine(judged.flatMap(({ outcomes }) => outcomes)));
    },
  };
}

/** Which engine is judged is told even to those who want to hear nothing else. */
function tell(line: string, progress: Progress, quiet: boolean): void {
  if (!quiet) progress.note(line);
  else if (line.startsWith('Engine ')) printText(`${line}\n`);
}

/** A result of an earlier run must not pass for this one's; and a folder that cannot be written is told before the work. */
async function removeOld(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    await rm(join(folder, 'conformance.json'), { force: true });
  } catch (error) {
    throw new EngineError(`the report cannot be written: ${(error as Error).message}.`);
  }
}

/** `✓ 44 pass, – 3 not applicable`. */
function stepLine(outcomes: readonly Outcome[]): string {
  const counts = Object.entries(tally(outcomes)).filter(([, number]) => number > 0);
  return counts
    .map(([status, number]) => {
      const { symbol, word } = STATUS_WORDS[status as keyof typeof STATUS_WORDS];
      return `${symbol} ${number} ${word}`;
    })
    .join(', ');
}
