import { constants } from 'node:fs';
import { access, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { renderHelp } from '../common/command-help.ts';
import { escapeControl } from '../common/escape.ts';
import { isCheckout, projectFolder } from '../common/project-files.ts';
import { printNote, printText } from '../common/terminal.ts';
import { makeFolders } from '../common/write-output.ts';
import { provideCompiler } from '../engines/compiler.ts';
import { BUILDERS, type BuilderName } from '../engines/engine-model.ts';
import { EngineError } from '../engines/error.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { programsFor, provideHostPrograms } from '../engines/start/host-programs.ts';
import { endOnSignals, unlessSignalled } from '../engines/start/stop-at-end.ts';
import { setLimits } from '../engines/time-limits.ts';
import { describeEngine, describeGiven } from '../procedure/describe-engine.ts';
import type { GivenImage } from '../procedure/given-image.ts';
import { waiverNotes, withPolicy } from '../report/apply-policy.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { renderFlowTable } from '../report/flow-table.ts';
import { ownCommand } from '../report/own-command.ts';
import { createProgress, type Progress, type Task } from '../report/progress.ts';
import type { Report } from '../report/report-model.ts';
import { renderReproduction } from '../report/reproduction.ts';
import { tally } from '../report/summary.ts';
import { tellMeasured } from '../report/tell-measured.ts';
import { STATUS_WORDS } from '../report/words.ts';
import { writeOutputs } from '../report/write.ts';
import type { Outcome } from '../requirements/outcome.ts';
import { assembleReport } from '../runner/assemble-report.ts';
import { startWorker, type WaitingWorker } from '../runner/engine-worker.ts';
import { loadVitest } from '../runner/load-vitest.ts';
import { JudgementReporter, type RunListener } from '../runner/reporter.ts';
import { RUN_FORMATS } from './formats.ts';
import { epochOf, readGivenImage } from './given-image.ts';
import { allRequirements } from './known-requirements.ts';
import { readCommand } from './options/config.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { policyOf } from './options/policy-options.ts';
import { CONFORMANCE } from './options/run-tables.ts';
import { OUTPUTS } from './options/shared.ts';
import { chosenBuilders, ownEngine } from './own-engine.ts';
import { printedFormat, printReport, reportRenderers } from './print-report.ts';

/** The main job: the documented flow on the resolved engine. The specs run in this process; see helpers/runner. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, waivers, inputs } = await readCommand(CONFORMANCE, args);
  if (values.help) {
    printText(renderHelp(CONFORMANCE));
    return 0;
  }
  const quiet = values.quiet === true;
  const builders = chosenBuilders(values.builder);
  const own = await ownEngine(values.engine);
  const image = await readGivenImage(values);
  const epoch = epochOf(values);
  const printed = printedFormat(values.format, RUN_FORMATS);
  const policy = await policyOf(values, waivers, allRequirements);
  const folder =
    values.output ?? join(isCheckout() ? dirname(projectFolder('helpers')) : process.cwd(), 'report');
  const read = [
    ...inputs,
    ...[values.baseline, values.expect].flatMap((file) => (file === undefined ? [] : [file])),
  ];
  const outputs = await namedOutputs(values, Object.keys(OUTPUTS), read, folder);
  // A program that reads another format must find nothing else on standard output.
  const progress = createProgress({ quiet: quiet || printed !== 'text' });
  try {
    setLimits(values);
    const command = ownCommand('conformance', args);
    const asked: Asked = { builders, image, epoch, command, ...(own !== undefined && { engine: own }) };
    const voice = printed !== 'text' ? 'errors' : quiet ? 'quiet' : 'all';
    const judged = await judgeEngine(asked, folder, progress, voice);
    const report = policy === undefined ? judged : withPolicy(judged, policy);
    await printReport(report, printed, renderFlowTable);
    if (epoch !== undefined && printed === 'text') printText(`${renderReproduction(report)}\n`);
    await writeOutputs(report, folder);
    await writeNamedOutputs(outputs, reportRenderers(report), read);
    for (const note of policy === undefined ? [] : waiverNotes(report, policy))
      printNote(escapeControl(note));
    if (!quiet && printed === 'text')
      printText(
        `The report is in ${join(values.output ?? 'report', 'index.html')} and ${join(values.output ?? 'report', 'conformance.json')}.\n`,
      );
    return EXIT_CODES[report.verdict];
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    progress.close();
    printNote(`Could not run: ${error.message}`);
    return 2;
  }
}

interface Asked {
  /** Builders that were named; none for all. */
  readonly builders: readonly BuilderName[];
  /** The engine that was named. */
  readonly engine?: string;
  /** What is judged in place of the documented image. */
  readonly image: GivenImage | undefined;
  /** It is built twice, with this SOURCE_DATE_EPOCH. */
  readonly epoch: number | undefined;
  /** The command that repeats the run. */
  readonly command: string;
}

async function judgeEngine(asked: Asked, folder: string, progress: Progress, voice: Voice): Promise<Report> {
  const startedAt = new Date();
  endOnSignals();
  await removeOld(folder);
  const onProgress = (line: string) => tell(line, progress, voice);
  const { problem } = await provideHostPrograms(onProgress, programsFor(asked.image));
  if (voice !== 'all' && problem !== undefined) printNote(problem);
  // The worker takes as long to load as the engine to be found.
  const worker = startWorker();
  let report: Report;
  try {
    report = await tellMeasured(await judgeProcedure(worker, asked, startedAt, onProgress, progress));
  } finally {
    await worker.stop();
  }
  await unlessSignalled();
  progress.close();
  return report;
}

async function judgeProcedure(
  worker: WaitingWorker,
  { builders: asked, engine, image, epoch, command }: Asked,
  startedAt: Date,
  onProgress: (line: string) => void,
  progress: Progress,
): Promise<Report> {
  const resolved = await resolveEngine({ onProgress, ...(engine !== undefined && { engine }) });
  const { left, stop } = resolved;
  const builders = BUILDERS.filter((name) => asked.length === 0 || asked.includes(name));
  try {
    onProgress(describeEngine(resolved.handle));
    if (image) onProgress(describeGiven(image));
    const handle = image ? resolved.handle : await provideCompiler(resolved.handle, onProgress);
    const procedure = { builders, ...(image && { image }), ...(epoch !== undefined && { epoch }) };
    // vitest takes as long to start as the first build.
    worker.begin({ begin: { engine: handle, procedure } });
    const reporter = new JudgementReporter(showSteps(progress));
    const { runTests } = await loadVitest();
    const name = 'procedure';
    const tests = { name, engine: handle, procedure, file: 'procedure-tests.js' };
    await runTests([tests], reporter, { waiting: [worker] });
    const { judged, errors } = reporter.resultOf(name);
    const notes = { asked, left: await left?.(), image };
    const report = assembleReport(handle, judged, startedAt, errors, notes);
    return { ...report, command };
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

/** Everything; only the engine and the result; or nothing on standard output but the result. */
type Voice = 'all' | 'quiet' | 'errors';

/** The engine that is judged is named even with --quiet: a verdict without it says nothing. */
function tell(line: string, progress: Progress, voice: Voice): void {
  if (voice === 'all') progress.note(line);
  else if (line.startsWith('Engine ')) {
    if (voice === 'quiet') printText(`${line}\n`);
    else printNote(line);
  }
}

/** A result of an earlier run must not pass for this one's; and a folder that cannot be written is reported before the work. */
async function removeOld(folder: string): Promise<void> {
  try {
    await makeFolders(resolve(folder));
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
