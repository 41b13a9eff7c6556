import { join } from 'node:path';
import { projectFolder } from '../common/project-files.ts';
import { UsageError } from '../common/usage.ts';
import { writeOutput } from '../common/write-output.ts';
import { describeEngine } from '../procedure/describe-engine.ts';
import { renderFlowTable } from '../report/flow-table.ts';
import { readReport } from '../report/read-report.ts';

export const RUN_START = '<!-- run -->';
export const RUN_END = '<!-- /run -->';

/** Longest line of the README's example. */
const WIDTH = 120;

export const exampleRunFile = (): string => join(projectFolder('fixtures'), 'docs', 'conformance.json');

/**
 * Keeps the report of a real run as the README's example: what its table is made from, without the archives, the
 * observations, and the release of the kernel.
 */
export async function keepExampleRun(path: string): Promise<void> {
  const report = await readReport(path);
  if (report.kind !== 'conformance')
    throw new UsageError(
      `${path} is the report of a ${report.kind}; the example is one of npm run conformance.`,
    );
  const kept = {
    ...report,
    engines: report.engines.map(({ stack: { kernel: _, ...stack }, ...engine }) => ({ ...engine, stack })),
    subjects: report.subjects.map(({ archive: _, ...subject }) => ({
      ...subject,
      outcomes: subject.outcomes.map(({ durationMs: _duration, ...outcome }) => outcome),
    })),
    observations: [],
    archives: [],
  };
  await writeOutput(exampleRunFile(), `${linePerItem(kept)}\n`);
}

/** What the README shows of the kept run: the lines that a terminal had, but for reasons and what the engine lacks. */
export async function renderExampleRun(): Promise<string> {
  const report = await readReport(exampleRunFile());
  const [engine] = report.engines;
  const lines = renderFlowTable(report)
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(?:○| {4}\S)/.test(line))
    .filter((line, position, all) => line !== '' || all[position - 1] !== '');
  const shown = [...(engine ? [describeEngine(engine), ''] : []), ...lines].map(cut);
  return ['```', '$ npm run --silent conformance', ...shown, '```', ''].join('\n');
}

function cut(line: string): string {
  return line.length <= WIDTH ? line : `${line.slice(0, WIDTH - 1)}…`;
}

/** JSON with a line for each item of a list at the top, so that a renewed example can be compared. */
function linePerItem(report: object): string {
  const fields = Object.entries(report).map(([key, value]) => {
    const text = Array.isArray(value)
      ? `[\n${value.map((item) => JSON.stringify(item)).join(',\n')}\n]`
      : JSON.stringify(value);
    return `${JSON.stringify(key)}: ${text}`;
  });
  return `{\n${fields.join(',\n')}\n}`;
}
