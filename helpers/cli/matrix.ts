import { availableParallelism } from 'node:os';
import { renderHelp } from '../common/command-help.ts';
import { escapeControl } from '../common/escape.ts';
import { printNote, printText } from '../common/terminal.ts';
import { optionList, UsageError, wholeNumber } from '../common/usage.ts';
import { EngineError } from '../engines/error.ts';
import { listRecipes, loadRecipe } from '../engines/recipe.ts';
import { setLimits } from '../engines/time-limits.ts';
import { findEngine } from '../gate/engine-name.ts';
import { waiverNotes, withPolicy } from '../report/apply-policy.ts';
import { EXIT_CODES } from '../report/exit-codes.ts';
import { renderMatrixTable } from '../report/matrix-table.ts';
import { compareNames } from '../report/merge-reports.ts';
import { ownCommand } from '../report/own-command.ts';
import { createProgress } from '../report/progress.ts';
import type { Report } from '../report/report-model.ts';
import { renderReproduction } from '../report/reproduction.ts';
import { mergeShards } from '../runner/matrix/merge-shards.ts';
import { parseShard, shardOf } from '../runner/matrix/plan.ts';
import { runMatrix } from '../runner/matrix/run.ts';
import { RUN_FORMATS } from './formats.ts';
import { epochOf, readGivenImage } from './given-image.ts';
import { allRequirements } from './known-requirements.ts';
import { readCommand } from './options/config.ts';
import { namedOutputs, writeNamedOutputs } from './options/outputs.ts';
import { policyOf } from './options/policy-options.ts';
import { MATRIX } from './options/run-tables.ts';
import { OUTPUTS } from './options/shared.ts';
import { chosenBuilders } from './own-engine.ts';
import { printedFormat, printReport, reportRenderers } from './print-report.ts';

/** Engines wait for disks and for each other: two for each core keep it busy. */
const DEFAULT_JOBS = 2 * availableParallelism();

export async function run(args: readonly string[]): Promise<number> {
  const { values, waivers, inputs } = await readCommand(MATRIX, args);
  if (values.help) {
    printText(renderHelp(MATRIX));
    return 0;
  }
  const { output = 'report' } = values;
  const printed = printedFormat(values.format, RUN_FORMATS);
  const policy = await policyOf(values, waivers, allRequirements);
  const read = [...inputs, ...(values.baseline === undefined ? [] : [values.baseline])];
  const outputs = await namedOutputs(values, Object.keys(OUTPUTS), read, output);
  const progress = createProgress({ quiet: values.quiet === true || printed !== 'text' });
  const finish = (judged: Report) => (policy === undefined ? judged : withPolicy(judged, policy));
  const asked = namesOf(values.engine);
  const optional = namesOf(values.optional);
  const required = await chooseEngines([...asked, ...namesOf(values.require)]);
  const jobs = wholeNumber('--jobs', values.jobs ?? String(DEFAULT_JOBS), [1, 64]);
  const builders = chosenBuilders(values.builder);
  const image = await readGivenImage(values);
  const epoch = epochOf(values);
  const command = ownCommand('matrix', args);
  let report: Report;
  try {
    setLimits(values);
    if (values.merge !== undefined) {
      report = await mergeShards(values.merge, output, command, required, finish);
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
        ...{ engines, planned: all, required: own, jobs, ...(builders.length > 0 && { builders }) },
        ...{ output, command, progress, isShard, finish, image },
        ...(epoch !== undefined && { epoch }),
      });
    }
  } catch (error) {
    if (error instanceof EngineError) throw new UsageError(error.message);
    throw error;
  } finally {
    progress.close();
  }
  await printReport(report, printed, renderMatrixTable);
  if (epoch !== undefined && printed === 'text') printText(`${renderReproduction(report)}\n`);
  await writeNamedOutputs(outputs, reportRenderers(report), read);
  for (const note of policy === undefined ? [] : waiverNotes(report, policy)) printNote(escapeControl(note));
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
