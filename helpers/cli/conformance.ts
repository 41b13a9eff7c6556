import { type ChildProcess, fork } from 'node:child_process';
import { constants, existsSync, mkdtempSync } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineError } from '../engine/error.ts';
import { BUILDERS } from '../engine/model.ts';
import { endOnSignals } from '../engine/stop-at-end.ts';
import { oneLine } from '../flow/error.ts';
import { type OpenFlow, openFlow } from '../flow/open.ts';
import type { Outcome } from '../outcome.ts';
import { projectFolder } from '../project-files.ts';
import { renderFlowTable } from '../report/flow-table.ts';
import type { Report, Verdict } from '../report/model.ts';
import { createProgress, type Progress, type Task } from '../report/progress.ts';
import { tally } from '../report/summary.ts';
import { STATUS_WORDS } from '../report/words.ts';
import type { Message } from '../vitest/conformance-reporter.ts';
import { bundleSpecs } from './bundle-specs.ts';
import { listOf, parseOptions, UsageError } from './usage.ts';

const USAGE = `Usage: npm run conformance -- [--builder NAME[,NAME...]] [--quiet]

Goes through the documented procedure on the engine in force and judges every step.
Builders: ${BUILDERS.join(', ')}.
Exit codes: 0 conforms, 1 does not conform, 2 could not be judged.
`;

const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  conforms: 0,
  'does-not-conform': 1,
  'could-not-judge': 2,
};

/** The main job: the documented flow on the resolved engine. The specs run in a child process of vitest. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      builder: { type: 'string', multiple: true },
      quiet: { type: 'boolean', short: 'q' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const builders = listOf(values.builder) ?? [];
  const unknown = builders.find((name) => !(BUILDERS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `No builder is called ${JSON.stringify(unknown)}; there are ${BUILDERS.join(', ')}.`,
    );
  }
  const progress = createProgress({ quiet: values.quiet === true });
  try {
    return await judgeEngine(builders, progress, values.quiet === true);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    progress.close();
    process.stderr.write(`Could not run: ${error.message}\n`);
    return 2;
  }
}

async function judgeEngine(asked: readonly string[], progress: Progress, quiet: boolean): Promise<number> {
  const root = projectRoot();
  const folder = join(root, 'report');
  endOnSignals();
  await removeOld(folder);
  // vitest starts up while the engine is found or started.
  const specs = startSpecs(root, await bundleSpecs(root), progress);
  const builders = BUILDERS.filter((name) => asked.length === 0 || asked.includes(name));
  let flow: OpenFlow | undefined;
  try {
    flow = await openFlow({ builders, onProgress: (line) => tell(line, progress, quiet) });
    specs.begin(flow.opening);
    const result = await specs.ended;
    progress.close();
    if (typeof result === 'string') {
      process.stderr.write(`Could not run: ${result}\n`);
      return 2;
    }
    process.stdout.write(`\n${renderFlowTable(result)}`);
    const { writeOutputs } = await import('../report/write.ts');
    await writeOutputs(result, folder);
    if (!quiet) process.stdout.write('The report is in report/index.html and report/conformance.json.\n');
    return EXIT_CODES[result.verdict];
  } finally {
    await Promise.all([specs.stop(), flow?.stop()]);
  }
}

/** Which engine is judged is told even to those who want to hear nothing else. */
function tell(line: string, progress: Progress, quiet: boolean): void {
  if (!quiet) progress.note(line);
  else if (line.startsWith('Engine ')) process.stdout.write(`${line}\n`);
}

function projectRoot(): string {
  const root = dirname(projectFolder('helpers'));
  if (existsSync(join(root, 'specs/flow'))) return root;
  throw new UsageError(
    'The specs of the documented flow are not in the published package; run this in a checkout.',
  );
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

interface Specs {
  /** Tells the specs where the evidence is. */
  begin(opening: OpenFlow['opening']): void;
  /** Settles with the result, or with a sentence when the child has ended without one. */
  readonly ended: Promise<Report | string>;
  /** Waits until the child has ended. */
  stop(): Promise<void>;
}

/** How long the child may take to end after its last word. */
const LAST_MS = 3_000;

function startSpecs(root: string, config: string, progress: Progress): Specs {
  const vitest = join(
    dirname(createRequire(join(root, 'package.json')).resolve('vitest/package.json')),
    'vitest.mjs',
  );
  const temporary = mkdtempSync(join(tmpdir(), 'sc-specs-'));
  const child: ChildProcess = fork(vitest, ['run', '--config', config, '--configLoader', 'native'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      SCRATCH_ENGINE_FROM_PARENT: '1',
      SCRATCH_TEMPORARY: temporary,
      TMPDIR: temporary,
      NO_COLOR: '1',
      FORCE_COLOR: '0',
    },
  });
  let finish: (result: Report | string) => void = () => {};
  const ended = new Promise<Report | string>((resolve) => {
    finish = resolve;
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-20_000);
  });
  let task: Task | undefined;
  child.on('message', (message: Message) => {
    if (message.type === 'end') finish(message.report);
    if (message.type !== 'step') return;
    task?.end(stepLine(message.outcomes));
    task = undefined;
    if (message.next !== undefined) task = progress.start(message.next);
  });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => message === 'ready' && resolve());
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void gone.then(() => finish(`the specs ended early: ${oneLine(lastError(words))}`));
  child.once('error', (error) => finish(`vitest cannot be started: ${error.message}.`));
  return {
    begin(opening) {
      void ready.then(() => {
        task = progress.start('compile');
        child.send(opening);
      });
    },
    ended: ended.then((result) => {
      task?.end('not finished');
      return result;
    }),
    async stop() {
      const alarm = setTimeout(() => child.kill('SIGKILL'), LAST_MS);
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) await gone;
      clearTimeout(alarm);
      await rm(temporary, { recursive: true, force: true });
    },
  };
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

function lastError(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\w*Error: /.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
