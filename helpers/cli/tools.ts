import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readArchiveBytes, UnreadableError } from '../archive/read-archive.ts';
import { runByTable } from '../common/command-line.ts';
import { printDocument, printNote, printText } from '../common/terminal.ts';
import { chooseFrom, chooseOne, optionList, UsageError, wholeNumber } from '../common/usage.ts';
import { EngineError } from '../engines/error.ts';
import { resolveEngine } from '../engines/resolve.ts';
import { buildAndSave } from '../procedure/build-and-save.ts';
import { describeInput } from '../procedure/tools/describe-input.ts';
import type { ToolInput } from '../procedure/tools/pass-through.ts';
import { listTools, loadTool, type ToolRecipe } from '../procedure/tools/recipe.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { REPORT_FORMATS } from '../report/formats.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { createProgress } from '../report/progress.ts';
import { runTools } from '../runner/tools/run-tools.ts';
import { readGivenImage } from './given-image.ts';
import { TOOL_JOBS, TOOLS } from './options/checkout-tables.ts';

export function run(args: readonly string[]): Promise<number> {
  return runByTable(TOOLS, args, async (values) => {
    const format = chooseFrom<(typeof REPORT_FORMATS)[string] | undefined>(
      'format',
      values.format ?? 'text',
      { text: undefined, ...REPORT_FORMATS },
    );
    const jobs = wholeNumber('--jobs', values.jobs ?? String(TOOL_JOBS), [1, 64]);
    try {
      const optional = await chooseTools(optionList(values.optional) ?? []);
      const asked = await chooseTools(optionList(values.tool) ?? []);
      const names = asked.length + optional.length === 0 ? await listTools() : [...asked, ...optional];
      const all = await Promise.all([...new Set(names)].map((name) => loadTool(name)));
      const recipes = withChains(all, optionList(values.chain));
      const own = values.context === undefined ? [] : await builtInputs(values.context);
      const archives = values.archive === undefined ? [] : await ownInputs(values.archive);
      const isOwn = values.context !== undefined || values.archive !== undefined;
      const given = isOwn ? [...own, ...archives] : await suiteInputs();
      const inputs = chooseInputs(given, optionList(values.input));
      if (values.list) {
        printText(listOf(recipes, inputs));
        return 0;
      }
      const progress = createProgress({ quiet: values.quiet === true });
      const command = ['npm run tools', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
      try {
        const { output = 'report' } = values;
        const report = await runTools({ recipes, optional, inputs, jobs, output, command, progress });
        progress.close();
        if (format === undefined) printText(`\n${renderMatrixTable(report)}`);
        else printDocument((await format.load())(report));
        return EXIT_CODES[report.verdict];
      } finally {
        progress.close();
      }
    } catch (error) {
      if (error instanceof EngineError || error instanceof UnreadableError)
        throw new UsageError(error.message);
      throw error;
    }
  });
}

/** `skopeo` stands for every version of it. */
async function chooseTools(names: readonly string[]): Promise<readonly string[]> {
  const known = await listTools();
  return names.flatMap((name) => {
    const found = known.filter((each) => each === name || each.startsWith(`${name}@`));
    return found.length > 0 ? found : [chooseOne('tool', name, known)];
  });
}

function withChains(
  recipes: readonly ToolRecipe[],
  names: readonly string[] | undefined,
): readonly ToolRecipe[] {
  if (names === undefined) return recipes;
  const known = [...new Set(recipes.flatMap(({ chains }) => chains.map(({ name }) => name)))];
  for (const name of names) chooseOne('chain', name, known);
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
  for (const name of names) chooseOne('input', name, known);
  return inputs.filter(({ name }) => names.includes(name));
}

async function suiteInputs(): Promise<readonly ToolInput[]> {
  return (await import('../proof/tools/inputs.ts')).listToolInputs();
}

/** The image of a folder, built by the engine in force. Throws `EngineError` or `UsageError`. */
async function builtInputs(context: string): Promise<readonly ToolInput[]> {
  const image = await readGivenImage({ context });
  if (image === undefined) return [];
  const { handle, stop } = await resolveEngine({ onProgress: printNote });
  try {
    const files = await buildAndSave(handle, image);
    return await Promise.all(
      files.map(async ({ name, file }) => {
        const bytes = await readFile(file);
        return describeInput({ name, kind: 'own', bytes, archive: await readArchiveBytes(bytes) });
      }),
    );
  } finally {
    await stop();
  }
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
