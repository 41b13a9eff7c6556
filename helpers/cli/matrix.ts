import { printNote, printText } from '../common/terminal.ts';
import { listOf, parseOptions, UsageError } from '../common/usage.ts';
import { EngineError } from '../engines/error.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { RUN_LIMIT, STEP_LIMIT, setLimits } from '../engines/time-limits.ts';
import { findEngine } from '../gate/engine-name.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { compareNames } from '../report/merge-reports.ts';
import type { Report, Verdict } from '../report/model.ts';
import { createProgress } from '../report/progress.ts';
import { mergeShards } from '../runner/matrix/merge-shards.ts';
import { parseShard, shardOf } from '../runner/matrix/plan.ts';
import { runMatrix } from '../runner/matrix/run.ts';

const USAGE = `Usage: npm run matrix [-- OPTIONS]

Runs the documented procedure, the catalogue and the comparisons on every engine, side by side.

  --engine NAME    only this engine; may be repeated or a list (see: npm run engine list)
  --require NAME   fail when this engine cannot be provided here; may be repeated or a list; all for every one
  --shard I/N      only the Ith of N parts of the engines, for one of N jobs
  --merge FOLDER   no run: merge what the shards left there (FOLDER/*/) into one report
  --output FOLDER  where the report goes (default: report)
  --quiet          only the table
  --step-limit SECONDS, --run-limit SECONDS
                   longest that one step may take (default ${STEP_LIMIT.seconds}), and all steps of an engine (${RUN_LIMIT.seconds})

Exit codes: 0 conforms, 1 does not conform, 2 could not be judged, or a required engine is missing.
`;

const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  conforms: 0,
  'does-not-conform': 1,
  'could-not-judge': 2,
};

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      engine: { type: 'string', multiple: true },
      require: { type: 'string', multiple: true },
      shard: { type: 'string' },
      merge: { type: 'string' },
      output: { type: 'string', default: 'report' },
      'step-limit': { type: 'string' },
      'run-limit': { type: 'string' },
      quiet: { type: 'boolean', short: 'q', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    printText(USAGE);
    return 0;
  }
  const progress = createProgress({ quiet: values.quiet });
  const required = await chooseEngines(listOf(values.require) ?? []);
  const command = ['npm run matrix', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  let report: Report;
  try {
    setLimits(values);
    if (values.merge !== undefined) {
      report = await mergeShards(values.merge, values.output, command);
    } else {
      const asked = listOf(values.engine);
      const all = await chooseEngines([...(asked ?? ['all']), ...required]);
      const shard = values.shard === undefined ? undefined : parseShard(values.shard);
      if (typeof shard === 'string') throw new UsageError(shard);
      const engines = shard === undefined ? all : shardOf(all, shard);
      if (engines.length === 0)
        throw new UsageError(`The shard ${values.shard} is empty: there are ${all.length} engines.`);
      const isShard = shard !== undefined;
      report = await runMatrix({ engines, output: values.output, command, progress, isShard });
    }
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(error.message);
    throw error;
  } finally {
    progress.close();
  }
  printText(`\n${renderMatrixTable(report)}`);
  return exitCode(report, values.shard === undefined ? required : []);
}

/** Names of recipes; `all` stands for every one. Throws `UsageError` for one that is not known. */
async function chooseEngines(names: readonly string[]): Promise<readonly string[]> {
  const recipes = await Promise.all((await listRecipes()).map((name) => loadRecipe(name)));
  const known = recipes.map(({ name, expectedVersion }) => ({ name, version: expectedVersion }));
  const chosen = names.flatMap((name) => {
    if (name === 'all') return known;
    const found = findEngine(name, known);
    if (typeof found === 'string') throw new UsageError(found);
    return found;
  });
  return [...new Set(chosen.map(({ name }) => name))].sort(compareNames);
}

function exitCode({ engines, verdict }: Report, required: readonly string[]): number {
  const missing = required.filter(
    (name) => !engines.some((engine) => engine.name === name && engine.available),
  );
  for (const name of missing) {
    const reason = engines.find((engine) => engine.name === name)?.reason;
    printNote(`The required engine ${name} is missing: ${reason ?? 'no report has it.'}`);
  }
  return missing.length > 0 ? 2 : EXIT_CODES[verdict];
}
