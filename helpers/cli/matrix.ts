import { availableParallelism } from 'node:os';
import { quoteWord } from '../common/escape.ts';
import { printText } from '../common/terminal.ts';
import { optionList, parseOptions, UsageError } from '../common/usage.ts';
import { EngineError } from '../engines/error.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { RUN_LIMIT, STEP_LIMIT, setLimits } from '../engines/time-limits.ts';
import { findEngine } from '../gate/engine-name.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { compareNames } from '../report/merge-reports.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report-model.ts';
import { mergeShards } from '../runner/matrix/merge-shards.ts';
import { parseShard, shardOf } from '../runner/matrix/plan.ts';
import { runMatrix } from '../runner/matrix/run.ts';

/** Engines wait for disks and for each other: two for each core keep it busy. */
const DEFAULT_JOBS = 2 * availableParallelism();

const USAGE = `Usage: scratch-conformance matrix [OPTIONS]

Runs the documented procedure, the catalogue and the comparisons on every engine, side by side.

  --engine NAME    only this engine, which must be there; may be repeated or a list (see: npm run engine list)
  --require NAME   this engine must be there; may be repeated or a list; all for every one
  --optional NAME  only this engine, and only listed with the reason where it cannot be provided
  --jobs N         engines that are judged at a time (default: ${DEFAULT_JOBS}, two for each core)
  --shard I/N      only the Ith of N parts of the engines, for one of N jobs
  --merge FOLDER   no run: merge what the shards left there (FOLDER/*/) into one report
  --output FOLDER  where the report goes (default: report)
  --quiet          only the table
  --step-limit SECONDS, --run-limit SECONDS
                   longest that one step may take (default ${STEP_LIMIT.seconds}), and all steps of an engine (${RUN_LIMIT.seconds})

Exit codes: 0 conforms, 1 does not conform, 2 could not be judged, or an engine that must be there is not.
`;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseOptions({
    args: [...args],
    options: {
      engine: { type: 'string', multiple: true },
      require: { type: 'string', multiple: true },
      optional: { type: 'string', multiple: true },
      jobs: { type: 'string' },
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
  const asked = namesOf(values.engine);
  const optional = namesOf(values.optional);
  const required = await chooseEngines([...asked, ...namesOf(values.require)]);
  const jobs = readJobs(values.jobs);
  const command = ['npm run matrix', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
  let report: Report;
  try {
    setLimits(values);
    if (values.merge !== undefined) {
      report = await mergeShards(values.merge, values.output, command, required);
    } else {
      const chosen = asked.length + optional.length === 0 ? ['all'] : [...asked, ...optional];
      const all = await chooseEngines([...chosen, ...required]);
      const shard = values.shard === undefined ? undefined : parseShard(values.shard);
      if (typeof shard === 'string') throw new UsageError(shard);
      const engines = shard === undefined ? all : shardOf(all, shard);
      if (engines.length === 0)
        throw new UsageError(`The shard ${values.shard} is empty: there are ${all.length} engines.`);
      const isShard = shard !== undefined;
      const own = required.filter((name) => engines.includes(name));
      report = await runMatrix({
        ...{ engines, planned: all, required: own, jobs },
        ...{ output: values.output, command, progress, isShard },
      });
    }
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(error.message);
    throw error;
  } finally {
    progress.close();
  }
  printText(`\n${renderMatrixTable(report)}`);
  return EXIT_CODES[report.verdict];
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

/** Names one by one, as a list, or as the JSON array that a CI template writes. */
function namesOf(values: readonly string[] | undefined): readonly string[] {
  const plain = values?.map((value) => value.replaceAll(/[["\]]/g, ''));
  return optionList(plain)?.filter((name) => name !== '') ?? [];
}

/** A number of 1 or more; `undefined` reads as the number of cores. */
function readJobs(text: string | undefined): number {
  if (text === undefined) return DEFAULT_JOBS;
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1 && jobs <= 64) return jobs;
  throw new UsageError(`--jobs ${quoteWord(text)} is no number of engines; write 1 to 64.`);
}
