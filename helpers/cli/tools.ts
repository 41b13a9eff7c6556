import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { readArchiveBytes, UnreadableError } from '../archive/read-archive.ts';
import { quoteWord } from '../common/escape.ts';
import { didYouMean } from '../common/suggest.ts';
import { printDocument, printText } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { EngineError } from '../engines/error.ts';
import { describeInput } from '../procedure/tools/describe-input.ts';
import type { ToolInput } from '../procedure/tools/pass-through.ts';
import { listTools, loadTool, type ToolRecipe } from '../procedure/tools/recipe.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { REPORT_FORMATS } from '../report/formats.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { createProgress } from '../report/progress.ts';
import { runTools } from '../runner/tools/run-tools.ts';

/** Tools wait for disks and start-up: one for each core, and one more. */
const DEFAULT_JOBS = availableParallelism() + 1;

const USAGE = `Usage: scratch-conformance tools [OPTIONS]

Sends images through real tools (skopeo, umoci, crane, buildah and others, from Debian's packages) and says what survives.
Needs root on Linux, and Debian's package archive on the first use.

  --tool NAME      only this tool, with or without a version: skopeo, skopeo@1.18; may be repeated or a list
  --optional NAME  the same, and only listed with the reason where it cannot be had
  --chain NAME     only this chain of commands; may be repeated or a list
  --input NAME     only this input; may be repeated or a list
  --archive FILE   your own image in place of the inputs of the suite; may be repeated
  --jobs N         tools at work at a time (default: ${DEFAULT_JOBS})
  --list           print tools, chains and inputs, and run nothing
  --format FORMAT  text, or ${Object.keys(REPORT_FORMATS).join(', ')} (default: text)
  --output FOLDER  where the report goes (default: report)
  --quiet          no progress

Exit codes: 0 what must survive survives, 1 it does not, 2 could not be judged, or a tool could not be had.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      tool: { type: 'string', multiple: true },
      optional: { type: 'string', multiple: true },
      chain: { type: 'string', multiple: true },
      input: { type: 'string', multiple: true },
      archive: { type: 'string', multiple: true },
      jobs: { type: 'string' },
      list: { type: 'boolean', default: false },
      format: { type: 'string', default: 'text' },
      output: { type: 'string', default: 'report' },
      quiet: { type: 'boolean', short: 'q', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const format = values.format === 'text' ? undefined : formatOf(values.format);
  const jobs = readJobs(values.jobs);
  try {
    const optional = await chooseTools(optionList(values.optional) ?? []);
    const asked = await chooseTools(optionList(values.tool) ?? []);
    const names = asked.length + optional.length === 0 ? await listTools() : [...asked, ...optional];
    const all = await Promise.all([...new Set(names)].map((name) => loadTool(name)));
    const recipes = withChains(all, optionList(values.chain));
    const given = values.archive === undefined ? await suiteInputs() : await ownInputs(values.archive);
    const inputs = chooseInputs(given, optionList(values.input));
    if (values.list) {
      printText(listOf(recipes, inputs));
      return 0;
    }
    const progress = createProgress({ quiet: values.quiet });
    const command = ['npm run tools', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
    try {
      const { output } = values;
      const report = await runTools({ recipes, optional, inputs, jobs, output, command, progress });
      progress.close();
      if (format === undefined) printText(`\n${renderMatrixTable(report)}`);
      else printDocument((await format.load())(report));
      return EXIT_CODES[report.verdict];
    } finally {
      progress.close();
    }
  } catch (error) {
    if (error instanceof EngineError || error instanceof UnreadableError) throw new UsageError(error.message);
    throw error;
  }
}

function formatOf(name: string) {
  const format = Object.hasOwn(REPORT_FORMATS, name) ? REPORT_FORMATS[name] : undefined;
  if (format !== undefined) return format;
  throw new UsageError(
    `No format is called ${quoteWord(name)}; there are text, ${Object.keys(REPORT_FORMATS).join(', ')}.`,
  );
}

/** `skopeo` stands for every version of it. */
async function chooseTools(names: readonly string[]): Promise<readonly string[]> {
  const known = await listTools();
  return names.flatMap((name) => {
    const found = known.filter((each) => each === name || each.startsWith(`${name}@`));
    if (found.length === 0)
      throw new UsageError(
        `No tool is called ${quoteWord(name)}; there are ${known.join(', ')}.${didYouMean(name, known)}`,
      );
    return found;
  });
}

function withChains(
  recipes: readonly ToolRecipe[],
  names: readonly string[] | undefined,
): readonly ToolRecipe[] {
  if (names === undefined) return recipes;
  const known = new Set(recipes.flatMap(({ chains }) => chains.map(({ name }) => name)));
  for (const name of names)
    if (!known.has(name))
      throw new UsageError(
        `No chain is called ${quoteWord(name)}; there are ${[...known].join(', ')}.${didYouMean(name, [...known])}`,
      );
  return recipes
    .map((recipe) => ({ ...recipe, chains: recipe.chains.filter(({ name }) => names.includes(name)) }))
    .filter(({ chains }) => chains.length > 0);
}

function chooseInputs(
  inputs: readonly ToolInput[],
  names: readonly string[] | undefined,
): readonly ToolInput[] {
  if (names === undefined) return inputs;
  const known = inputs.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `No input is called ${quoteWord(unknown)}; there are ${known.join(', ')}.${didYouMean(unknown, known)}`,
    );
  return inputs.filter(({ name }) => names.includes(name));
}

async function suiteInputs(): Promise<readonly ToolInput[]> {
  return (await import('../proof/tools/inputs.ts')).listToolInputs();
}

async function ownInputs(paths: readonly string[]): Promise<readonly ToolInput[]> {
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(path);
      return describeInput({
        name: basename(path),
        kind: 'own',
        bytes,
        archive: await readArchiveBytes(bytes),
      });
    }),
  );
}

function listOf(recipes: readonly ToolRecipe[], inputs: readonly ToolInput[]): string {
  const tools = recipes.map(
    ({ name, title, chains }) =>
      `${name}  ${title}\n${chains.map((chain) => `    ${chain.name}\n`).join('')}`,
  );
  return `${tools.join('')}\nInputs: ${inputs.map(({ name }) => name).join(', ')}\n`;
}

function readJobs(text: string | undefined): number {
  if (text === undefined) return DEFAULT_JOBS;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs;
  throw new UsageError(`--jobs ${quoteWord(text)} is no number of tools; write 1 to 64.`);
}
