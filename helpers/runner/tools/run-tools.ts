import { resolve } from 'node:path';
import { imagesOf } from '../../archive/images.ts';
import { readArchiveBytes } from '../../archive/read-archive.ts';
import { EngineError } from '../../engines/error.ts';
import { endOnSignals, unlessSignalled } from '../../engines/start/stop-at-end.ts';
import { DIFF_READ } from '../../gate/diff/diff-archives.ts';
import type { ToolInput } from '../../procedure/tools/pass-through.ts';
import type { ToolRecipe } from '../../procedure/tools/recipe.ts';
import { startTool } from '../../procedure/tools/start.ts';
import { mergeReports } from '../../report/merge-reports.ts';
import type { Progress } from '../../report/progress.ts';
import type { Report } from '../../report/report-model.ts';
import { writeOutputs } from '../../report/write.ts';
import { ARCHIVE_REQUIREMENTS } from '../../requirements/archive/archive-requirements.ts';
import { checkArchive } from '../../requirements/check.ts';
import { isNamed } from '../../requirements/tools/is-about.ts';
import type { Chain } from '../../requirements/tools/passage.ts';
import { assembleJudged } from '../assemble-report.ts';
import type { TimedJudged } from '../judged.ts';
import { judgePassage, type ReadInput } from './judge-passage.ts';

interface ToolsOptions {
  readonly recipes: readonly ToolRecipe[];
  /** Tools that are only listed with the reason where they cannot be had. */
  readonly optional?: readonly string[];
  readonly inputs: readonly ToolInput[];
  /** Tools at work at a time. */
  readonly jobs: number;
  /** Folder for the report. */
  readonly output: string;
  /** The command that repeats the run. */
  readonly command: string;
  readonly progress: Progress;
  /** How a tool is started; replaced in tests. */
  readonly start?: typeof startTool;
}

/** Sends every input through every chain of every tool, and leaves the report in a folder. */
export async function runTools(options: ToolsOptions): Promise<Report> {
  const { recipes, optional = [], jobs, command, output } = options;
  const startedAt = new Date();
  endOnSignals();
  const inputs = await Promise.all(options.inputs.map(readInput));
  const pending = [...recipes];
  const reports: Report[] = [];
  const work = async () => {
    for (let recipe = pending.shift(); recipe; recipe = pending.shift())
      reports.push(await judgeTool(recipe, inputs, options, startedAt));
  };
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));
  await unlessSignalled();
  const merged = mergeReports(reports, {
    command,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
  });
  const report = withMissingTools({ ...merged, kind: 'tools' }, optional);
  await writeOutputs(report, resolve(output));
  return report;
}

export async function readInput(input: ToolInput): Promise<ReadInput> {
  const archive = await readArchiveBytes(input.bytes, DIFF_READ);
  if (imagesOf(archive).length === 0 || archive.incomplete !== undefined)
    throw new EngineError(
      `The input ${input.name} cannot go through tools: ${archive.incomplete ?? 'it holds no image'}.`,
    );
  const breaks = checkArchive(archive, ARCHIVE_REQUIREMENTS).filter(({ status }) =>
    ['fail', 'warn'].includes(status),
  );
  return { ...input, archive, breaks: new Set(breaks.map(({ id }) => id)) };
}

/** One tool: started, all its passages one after the other, and ended. */
async function judgeTool(
  recipe: ToolRecipe,
  inputs: readonly ReadInput[],
  { progress, start = startTool }: ToolsOptions,
  startedAt: Date,
): Promise<Report> {
  const engine = {
    name: recipe.name,
    origin: 'rootfs',
    stack: { engine: recipe.product, version: recipe.version },
  };
  const task = progress.start('start', recipe.name);
  let tool: Awaited<ReturnType<typeof startTool>>;
  try {
    tool = await start(recipe, (line) => progress.note(`${recipe.name}: ${line}`));
    task.end();
  } catch (error) {
    task.end('failed');
    if (!(error instanceof EngineError)) throw error;
    const { unreadable: _, ...report } = assembleJudged(engine, [], startedAt, []);
    return { ...report, engines: [{ ...engine, available: false, reason: error.message }] };
  }
  try {
    const judged: TimedJudged[] = [];
    const passages = passagesOf(recipe, inputs);
    const way = progress.start('passages', recipe.name);
    for (const { chain, input } of passages) {
      judged.push(await judgePassage(tool, chain, input));
      way.update(judged.length, passages.length);
    }
    way.end();
    return assembleJudged(engine, judged, startedAt, []);
  } finally {
    await tool.sandbox.stop();
  }
}

function passagesOf(
  { chains }: ToolRecipe,
  inputs: readonly ReadInput[],
): readonly { readonly chain: Chain; readonly input: ReadInput }[] {
  return chains.flatMap((chain) =>
    inputs
      .filter(({ forms }) => forms.includes(chain.reads))
      .filter((input) => chain.inputs === undefined || isNamed(chain.inputs, input))
      .map((input) => ({ chain, input })),
  );
}

/** A tool that could not be had is no pass, unless it was only asked for where it is there. */
function withMissingTools(report: Report, optional: readonly string[]): Report {
  const missing = report.engines.filter(({ name, available }) => !available && !optional.includes(name));
  if (missing.length === 0) return report;
  return {
    ...report,
    verdict: report.verdict === 'does-not-conform' ? report.verdict : 'could-not-judge',
    unreadable: [
      ...(report.unreadable ?? []),
      ...missing.map(({ name, reason }) => ({
        subject: name,
        reason: reason ?? `${name} could not be had.`,
      })),
    ],
  };
}
